{{- define "ml-inference.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The release's name, with the chart's unless it is there already. Short enough for the suffixes of the hooks. */}}
{{- define "ml-inference.fullname" -}}
{{- $name := include "ml-inference.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 46 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 46 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 46 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "ml-inference.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ml-inference.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "ml-inference.labels" -}}
{{ include "ml-inference.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}

{{- define "ml-inference.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "ml-inference.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{/* The reference of an image; takes a dictionary of registry, repository, tag and digest. */}}
{{- define "ml-inference.image" -}}
{{- $name := ternary (printf "%s/%s" .registry .repository) .repository (ne .registry "") -}}
{{- ternary (printf "%s@%s" $name .digest) (printf "%s:%s" $name .tag) (ne .digest "") -}}
{{- end -}}

{{/* The claim that holds the model. */}}
{{- define "ml-inference.claimName" -}}
{{- .Values.model.storage.pvc.existingClaim | default (printf "%s-model" (include "ml-inference.fullname" .)) -}}
{{- end -}}

{{/* The key that Flask signs with, in base64: given, else what the cluster has, else a new one. */}}
{{- define "ml-inference.secretKey" -}}
{{- $secret := lookup "v1" "Secret" .Release.Namespace (include "ml-inference.fullname" .) -}}
{{- $found := dig "data" "flask-secret-key" "" (default dict $secret) -}}
{{- if .Values.flask.secretKey -}}{{ .Values.flask.secretKey | b64enc }}
{{- else if $found -}}{{ $found }}
{{- else -}}{{ randAlphaNum 48 | b64enc }}
{{- end -}}
{{- end -}}

{{- define "ml-inference.cacheEnabled" -}}
{{- if or .Values.redis.enabled .Values.cache.host -}}true{{- end -}}
{{- end -}}
