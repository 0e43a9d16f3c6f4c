{{- define "plain.host" -}}
{{- if eq .Values.host "nowhere" }}
{{- fail "host must not be nowhere: set host to a name that resolves" }}
{{- end }}
{{- .Values.host }}
{{- end }}
