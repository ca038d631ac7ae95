{{- define "shardq.labels" -}}
app.kubernetes.io/name: shardq
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- /* What chooses the pods of one part: (dict "root" $ "part" "worker"). */}}
{{- define "shardq.selector" -}}
app.kubernetes.io/name: shardq
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "shardq.credentials" -}}
{{ .Values.credentials | default (printf "%s-broker" .Release.Name) }}
{{- end }}

{{- define "shardq.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* The broker's address, without user and password. */}}
{{- define "shardq.broker" -}}
{{- $tls := .Values.broker.tlsSecret -}}
{{- $place := printf "%s://%s-broker" (ternary "amqps" "amqp" (ne $tls "")) .Release.Name -}}
{{- if eq .Values.broker.kind "address" -}}
{{- $place = required "broker.kind is address: broker.address has to say where the broker is, amqps://HOST" .Values.broker.address -}}
{{- end -}}
{{- if not $tls -}}{{ $place }}
{{- else if contains "?" $place -}}{{ $place }}&cacertfile=/run/secrets/authority/ca.crt
{{- else -}}{{ $place }}/?cacertfile=/run/secrets/authority/ca.crt
{{- end -}}
{{- end }}

{{- define "shardq.brokerPorts" -}}
{{- if eq .Values.broker.kind "address" }}{{ .Values.broker.ports | toJson }}
{{- else if .Values.broker.tlsSecret }}[5671]
{{- else }}[5672]
{{- end }}
{{- end }}

{{- define "shardq.brokerSelector" -}}
{{- if eq .Values.broker.kind "operator" -}}
app.kubernetes.io/name: {{ .Release.Name }}-broker
app.kubernetes.io/component: rabbitmq
{{- else -}}
{{ include "shardq.selector" (dict "root" . "part" "broker") }}
{{- end }}
{{- end }}

{{- /* What master, workers and the test have in common. */}}
{{- define "shardq.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    {{- toYaml .Values.seccompProfile | nindent 4 }}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "shardq.container" -}}
image: {{ include "shardq.image" . }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
{{- end }}

{{- /* A part that hangs is restarted; what does not progress is not, for a standby has nothing to do. */}}
{{- define "shardq.alive" -}}
ports:
  - name: metrics
    containerPort: {{ .Values.metrics.port }}
livenessProbe:
  httpGet: { path: /healthz, port: metrics }
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 6
{{- end }}

{{- define "shardq.authorityMount" -}}
{{- if .Values.broker.tlsSecret }}
- name: authority
  mountPath: /run/secrets/authority
  readOnly: true
{{- end }}
{{- end }}

{{- define "shardq.authorityVolume" -}}
{{- with .Values.broker.tlsSecret }}
- name: authority
  secret:
    secretName: {{ . }}
    items: [{ key: ca.crt, path: ca.crt }]
    defaultMode: 0440
{{- end }}
{{- end }}
