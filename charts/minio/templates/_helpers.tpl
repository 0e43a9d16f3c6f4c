{{- define "minio.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's unless it is there already. */}}
{{- define "minio.fullname" -}}
{{- $name := include "minio.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "minio.selectorLabels" -}}
app.kubernetes.io/name: {{ include "minio.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "minio.labels" -}}
{{ include "minio.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "minio.image" -}}
{{- with .Values.image -}}
{{- $name := ternary (printf "%s/%s" .registry .repository) .repository (ne .registry "") -}}
{{- ternary (printf "%s@%s" $name .digest) (printf "%s:%s" $name .tag) (ne .digest "") -}}
{{- end -}}
{{- end -}}

{{/* Where the passwords are: the chart's own Secret unless another one is named. */}}
{{- define "minio.secretName" -}}
{{- .Values.auth.existingSecret | default (include "minio.fullname" .) -}}
{{- end -}}

{{/*
A password, in base64: the one that was given, else the one that the cluster has, else a new one.
Takes a dictionary of context, given and key.
*/}}
{{- define "minio.password" -}}
{{- $secret := lookup "v1" "Secret" .context.Release.Namespace (include "minio.fullname" .context) -}}
{{- $found := dig "data" .key "" (default dict $secret) -}}
{{- if .given -}}{{ .given | b64enc }}
{{- else if $found -}}{{ $found }}
{{- else -}}{{ randAlphaNum 32 | b64enc }}
{{- end -}}
{{- end -}}
