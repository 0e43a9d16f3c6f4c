{{/* What every Pod of this chart has in common: account, security, pull secrets. */}}
{{- define "ml-inference.podCommon" -}}
serviceAccountName: {{ include "ml-inference.serviceAccountName" . }}
automountServiceAccountToken: false
securityContext:
  {{- toYaml .Values.securityContext.pod | nindent 2 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* The resources of the server, with its GPUs: extended resources are the same in requests and limits. */}}
{{- define "ml-inference.resources" -}}
{{- $resources := deepCopy .Values.resources -}}
{{- if .Values.gpu.enabled -}}
{{- $name := get (dict "nvidia" "nvidia.com/gpu" "amd" "amd.com/gpu") .Values.gpu.type -}}
{{- $gpus := dict $name (.Values.gpu.count | toString) -}}
{{- $resources = mustMergeOverwrite $resources (dict "requests" $gpus "limits" $gpus) -}}
{{- end -}}
{{- toYaml $resources -}}
{{- end -}}

{{/* The anti-affinity that the mode stands for, under the affinity that was given. */}}
{{- define "ml-inference.affinity" -}}
{{- $mode := .Values.podAntiAffinity.mode -}}
{{- $labels := fromYaml (include "ml-inference.selectorLabels" .) -}}
{{- $selector := dict "matchLabels" (merge (dict "app.kubernetes.io/component" "server") $labels) -}}
{{- $term := dict "topologyKey" .Values.podAntiAffinity.topologyKey "labelSelector" $selector -}}
{{- $rule := dict -}}
{{- if eq $mode "required" -}}
{{- $rule = dict "requiredDuringSchedulingIgnoredDuringExecution" (list $term) -}}
{{- else if eq $mode "preferred" -}}
{{- $rule = dict "preferredDuringSchedulingIgnoredDuringExecution" (list (dict "weight" 100 "podAffinityTerm" $term)) -}}
{{- end -}}
{{- $affinity := deepCopy .Values.affinity -}}
{{- if and $rule (not $affinity.podAntiAffinity) -}}
{{- $affinity = set $affinity "podAntiAffinity" $rule -}}
{{- end -}}
{{- with $affinity -}}
{{- toYaml . -}}
{{- end -}}
{{- end -}}

{{/* One probe, from its entry in healthChecks. */}}
{{- define "ml-inference.probe" -}}
httpGet:
  path: {{ .path }}
  port: http
{{ toYaml (omit . "path") }}
{{- end -}}
