{{- /* What the application does: shell, by fault. */ -}}
{{- define "faults.app" -}}
{{- if eq .Values.fault "crash-at-start" -}}
echo "no configuration"; exit 3
{{- else if eq .Values.fault "crash-after-ready" -}}
if [ -e /state/seen ]; then echo "the state is corrupt"; exit 9; fi
touch /state/seen; timeout 6 perl /server/server.pl 8080 200; exit 9
{{- else if eq .Values.fault "crash-under-test" -}}
if [ ! -e /state/seen ]; then touch /state/seen; timeout 6 perl /server/server.pl 8080 200; exit 9; fi
exec perl /server/server.pl 8080 200
{{- else if eq .Values.fault "oom-killed" -}}
exec perl -e 'my @all; push @all, "x" x 1048576 while 1'
{{- else if eq .Values.fault "never-ready" -}}
exec perl /server/server.pl 8080 503
{{- else -}}
exec perl /server/server.pl 8080 200 {{ .Values.ready }}
{{- end -}}
{{- end -}}

{{- /* What the test hook does: shell, by fault. */ -}}
{{- define "faults.hook" -}}
{{- if eq .Values.fault "hook-fails" -}}
echo "the answer was 500"; exit 22
{{- else if eq .Values.fault "hook-hangs" -}}
echo "waiting for what never comes"; sleep 600
{{- else if eq .Values.fault "hook-deleted" -}}
echo "gone in a moment"; exit 5
{{- else if eq .Values.fault "hook-retries" -}}
curl --silent --show-error --fail http://app:8080/once || { echo "not yet"; exit 1; }; echo "now"
{{- else if eq .Values.fault "hook-floods" -}}
yes "a line of a log that is much longer than anybody reads: {{ repeat 900 "x" }}" | head -c 104857600; echo; echo "the end"
{{- else if eq .Values.fault "hook-prints-secrets" -}}
echo "password $PASSWORD"; printf '%s' "$PASSWORD" | base64
{{- else if eq .Values.fault "hook-prints-ansi" -}}
printf '\033[31mred\033[0m \033]0;title\007 \377\376 end\n'; exit 6
{{- else if hasPrefix "crash-" .Values.fault -}}
sleep 12; curl --silent --show-error --fail --max-time 5 http://app:8080/
{{- else -}}
sleep {{ .Values.test }}; curl --silent --show-error --fail http://app:8080/
{{- end -}}
{{- end -}}

{{- define "faults.image" -}}
{{- if eq .Values.fault "image-not-found" -}}
company/curl:none
{{- else if eq .Values.fault "image-unauthorised" -}}
localhost:30401/private/app:1
{{- else if eq .Values.fault "image-invalid" -}}
company/Curl:no such name
{{- else if eq .Values.fault "registry-down" -}}
localhost:30999/company/app:1
{{- else -}}
{{ .Values.image }}
{{- end -}}
{{- end -}}
