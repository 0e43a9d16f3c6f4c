{{/* Where the databases and the bucket are, for the server and the hooks alike. */}}

{{/* The connection to PostgreSQL, as entries of `env`. */}}
{{- define "ml-inference.databaseEnv" -}}
{{- if .Values.postgresql.enabled -}}
{{- $subchart := .Subcharts.postgresql -}}
- name: DATABASE_HOST
  value: {{ include "postgresql.fullname" $subchart }}
- name: DATABASE_PORT
  value: {{ $subchart.Values.service.port | quote }}
- name: DATABASE_NAME
  value: {{ $subchart.Values.auth.database | quote }}
- name: DATABASE_USER
  value: {{ $subchart.Values.auth.username | quote }}
- name: DATABASE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "postgresql.secretName" $subchart }}
      key: password
{{- else -}}
- name: DATABASE_HOST
  value: {{ .Values.database.host | quote }}
- name: DATABASE_PORT
  value: {{ .Values.database.port | quote }}
- name: DATABASE_NAME
  value: {{ .Values.database.name | quote }}
- name: DATABASE_USER
  value: {{ .Values.database.username | quote }}
{{- if or .Values.database.existingSecret .Values.database.password }}
- name: DATABASE_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.database.existingSecret | default (include "ml-inference.fullname" .) }}
      key: {{ ternary .Values.database.existingSecretKey "database-password" (ne .Values.database.existingSecret "") }}
{{- end }}
{{- end }}
- name: DATABASE_SSLMODE
  value: {{ .Values.database.sslmode | quote }}
{{- end -}}

{{/* The connection to Redis, as entries of `env`; nothing without one. */}}
{{- define "ml-inference.cacheEnv" -}}
{{- if .Values.redis.enabled -}}
{{- $subchart := .Subcharts.redis -}}
- name: REDIS_HOST
  value: {{ include "redis.fullname" $subchart }}
- name: REDIS_PORT
  value: {{ $subchart.Values.service.port | quote }}
- name: REDIS_TLS
  value: {{ $subchart.Values.tls.enabled | quote }}
# The subchart signs its own certificate.
- name: REDIS_TLS_VERIFY
  value: "false"
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ include "redis.secretName" $subchart }}
      key: password
{{- else if .Values.cache.host -}}
- name: REDIS_HOST
  value: {{ .Values.cache.host | quote }}
- name: REDIS_PORT
  value: {{ .Values.cache.port | quote }}
- name: REDIS_TLS
  value: {{ .Values.cache.tls.enabled | quote }}
- name: REDIS_TLS_VERIFY
  value: {{ eq .Values.cache.tls.mode "verify" | quote }}
{{- if or .Values.cache.existingSecret .Values.cache.password }}
- name: REDIS_PASSWORD
  valueFrom:
    secretKeyRef:
      name: {{ .Values.cache.existingSecret | default (include "ml-inference.fullname" .) }}
      key: {{ ternary .Values.cache.existingSecretKey "cache-password" (ne .Values.cache.existingSecret "") }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The bucket, as entries of `env`. */}}
{{- define "ml-inference.bucketEnv" -}}
{{- with .Values.model.storage.s3 -}}
- name: S3_ENDPOINT
  value: {{ .endpoint | quote }}
- name: S3_REGION
  value: {{ .region | quote }}
- name: S3_BUCKET
  value: {{ .bucket | quote }}
- name: S3_PREFIX
  value: {{ .prefix | quote }}
- name: MODEL_MANIFEST_SHA256
  value: {{ .manifestSha256 | quote }}
{{- if .existingSecret }}
- name: AWS_ACCESS_KEY_ID
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .accessKeyKey }}
- name: AWS_SECRET_ACCESS_KEY
  valueFrom:
    secretKeyRef:
      name: {{ .existingSecret }}
      key: {{ .secretKeyKey }}
{{- end }}
{{- end }}
{{- end -}}
