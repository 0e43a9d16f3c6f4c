{{/* Values that cannot work together. Each message says what to set. */}}
{{- define "ml-inference.validate" -}}
{{- if and (not .Values.postgresql.enabled) (not .Values.database.host) -}}
{{- fail "ml-inference needs a PostgreSQL database: set postgresql.enabled to true or database.host to the name of a server" -}}
{{- end -}}
{{- if and .Values.gpu.enabled (lt (int .Values.gpu.count) 1) -}}
{{- fail (printf "gpu.enabled is true but gpu.count is %d: set gpu.count to at least 1, or gpu.enabled to false" (int .Values.gpu.count)) -}}
{{- end -}}
{{- $storage := .Values.model.storage -}}
{{- if and (eq $storage.type "pvc") (not $storage.pvc.existingClaim) (not .Values.persistence.enabled) -}}
{{- fail "model.storage.type is pvc but there is no volume: set persistence.enabled to true or model.storage.pvc.existingClaim" -}}
{{- end -}}
{{- if and (eq $storage.type "s3") (not $storage.s3.bucket) -}}
{{- fail "model.storage.type is s3 but model.storage.s3.bucket is empty" -}}
{{- end -}}
{{- if and .Values.model.migration.enabled (not .Values.model.migration.fromVersion) -}}
{{- fail "model.migration.enabled is true but model.migration.fromVersion is empty" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas is greater than autoscaling.maxReplicas" -}}
{{- end -}}
{{- end -}}
