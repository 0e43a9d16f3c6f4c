{{- define "redis.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's unless it is there already. */}}
{{- define "redis.fullname" -}}
{{- $name := include "redis.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "redis.selectorLabels" -}}
app.kubernetes.io/name: {{ include "redis.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "redis.labels" -}}
{{ include "redis.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "redis.image" -}}
{{- with .Values.image -}}
{{- $name := ternary (printf "%s/%s" .registry .repository) .repository (ne .registry "") -}}
{{- ternary (printf "%s@%s" $name .digest) (printf "%s:%s" $name .tag) (ne .digest "") -}}
{{- end -}}
{{- end -}}

{{/* Where the passwords are: the chart's own Secret unless another one is named. */}}
{{- define "redis.secretName" -}}
{{- .Values.auth.existingSecret | default (include "redis.fullname" .) -}}
{{- end -}}

{{/*
A password, in base64: the one that was given, else the one that the cluster has, else a new one.
Takes a dictionary of context, given and key.
*/}}
{{- define "redis.password" -}}
{{- $secret := lookup "v1" "Secret" .context.Release.Namespace (include "redis.fullname" .context) -}}
{{- $found := dig "data" .key "" (default dict $secret) -}}
{{- if .given -}}{{ .given | b64enc }}
{{- else if $found -}}{{ $found }}
{{- else -}}{{ randAlphaNum 32 | b64enc }}
{{- end -}}
{{- end -}}
