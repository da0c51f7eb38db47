import type { TypeTexts } from "../type-texts.ts";

export const podTexts: TypeTexts = {
  Pod: {
    type: "Containers that share an address, a host name and a life. Every pod has a network namespace of its own.",
    fields: {
      spec: "What runs in the pod, and how.",
      status: "What the node has made of it.",
    },
  },
  PodTemplateSpec: {
    type: "What the pods that a controller makes are like.",
    fields: { metadata: "Labels and annotations of the pods.", spec: "What runs in the pods." },
  },
  PodSpec: {
    type: "What a pod is to be.",
    fields: {
      containers: "What runs in the pod. There is at least one.",
      initContainers:
        "What runs before, one after the other. One that says restartPolicy Always is a sidecar and runs on.",
      ephemeralContainers: "Containers that were added later, to look around.",
      volumes: "Folders that containers can mount.",
      nodeName: "The node that the pod is bound to. The scheduler writes it.",
      nodeSelector: "Labels that the node must have.",
      affinity: "Which nodes, and which pods' neighbourhood, are needed or liked.",
      tolerations: "Taints of nodes that do not keep the pod away.",
      topologySpreadConstraints: "How pods are to be spread over zones or nodes.",
      restartPolicy: "What happens when a container ends: Always, OnFailure or Never.",
      terminationGracePeriodSeconds:
        "How long containers have to end after they were told to; then they are killed.",
      activeDeadlineSeconds: "How long the pod may run.",
      dnsPolicy:
        "Where names are resolved: ClusterFirst, ClusterFirstWithHostNet, Default (as the node does), None (dnsConfig alone).",
      dnsConfig: "What is added to the pod's resolv.conf.",
      hostNetwork: "Whether the pod uses the node's network namespace instead of its own.",
      hostname: "The pod's host name, in place of its own name.",
      subdomain: "With a headless Service of this name, hostname.subdomain resolves to the pod.",
      setHostnameAsFQDN: "Whether the host name is the full one.",
      hostAliases: "Lines for the pod's hosts file.",
      enableServiceLinks:
        "Whether containers get variables such as REDIS_SERVICE_HOST for the Services that are there when they start.",
      serviceAccountName: "Who the pod is to the API server.",
      automountServiceAccountToken:
        "Whether containers find that ServiceAccount's token in a file.",
      imagePullSecrets: "Secrets to fetch images with.",
      securityContext: "Users, groups and rights of all containers.",
      schedulerName: "Who binds the pod to a node.",
      readinessGates:
        "Conditions that must hold, beside the containers' own, for the pod to be ready.",
      schedulingGates: "Names that keep the pod from being scheduled until they are taken out.",
      priorityClassName: "How important the pod is.",
      runtimeClassName: "What runs the containers.",
      hostPID: "Whether containers see the node's processes.",
      hostIPC: "Whether containers use the node's shared memory.",
      shareProcessNamespace: "Whether containers see one another's processes.",
    },
  },
  Container: {
    type: "A program with its image, arguments and ports.",
    fields: {
      name: "Unique in the pod. Cannot be changed.",
      image: "What to run.",
      command: "The program, in place of the image's own.",
      args: "Its arguments.",
      workingDir: "Where it starts.",
      ports: "Ports that it listens on. They inform: a port is no less open for not being listed.",
      env: "Environment variables.",
      envFrom: "ConfigMaps and Secrets whose keys become environment variables.",
      resources: "CPU and memory wanted, and the most there may be.",
      volumeMounts: "Where volumes appear in its file system.",
      readinessProbe: "Whether it can take traffic. While this fails, the pod is in no Service.",
      livenessProbe: "Whether it lives. When this fails, it is started again.",
      startupProbe: "Whether it has started. Until then the other probes wait.",
      lifecycle: "What to do after its start and before its end.",
      imagePullPolicy: "When the image is fetched: Always, IfNotPresent or Never.",
      restartPolicy: "Always makes a sidecar of an init container.",
      securityContext: "Its user and rights.",
      stdin: "Whether it gets an open input.",
      tty: "Whether it gets a terminal.",
      terminationMessagePath: "The file whose text becomes the message of its end.",
      terminationMessagePolicy: "File, or FallbackToLogsOnError.",
    },
  },
  ContainerPort: {
    type: "A port that a container listens on.",
    fields: {
      name: "So that Services can lead to it by name.",
      containerPort: "The port in the pod.",
      protocol: "TCP, UDP or SCTP.",
      hostPort: "A port of the node that leads here.",
      hostIP: "The node's address for that.",
    },
  },
  EnvVar: {
    type: "An environment variable.",
    fields: {
      name: "Its name.",
      value: "Its value. $(NAME) stands for a variable before it.",
      valueFrom: "Where its value comes from.",
    },
  },
  EnvVarSource: {
    type: "Where a variable's value comes from.",
    fields: {
      fieldRef: "A field of the pod, such as status.podIP.",
      configMapKeyRef: "A key of a ConfigMap.",
      secretKeyRef: "A key of a Secret.",
      resourceFieldRef: "A container's resources.",
    },
  },
  Probe: {
    type: "A question that the kubelet asks a container again and again.",
    fields: {
      httpGet: "A request; an answer from 200 to 399 is good.",
      tcpSocket: "A connection; one that opens is good.",
      grpc: "A gRPC health check.",
      exec: "A command in the container; exit code 0 is good.",
      initialDelaySeconds: "How long after the container's start it is asked first.",
      periodSeconds: "How often.",
      timeoutSeconds: "How long an answer may take.",
      successThreshold: "How many good answers in a row make good.",
      failureThreshold: "How many bad answers in a row make bad.",
      terminationGracePeriodSeconds: "How long the container has to end when this has failed.",
    },
  },
  HTTPGetAction: {
    type: "A GET request.",
    fields: {
      path: "Its path.",
      port: "A number, or the name of a container's port.",
      host: "Whom to connect to; the pod's own address unless given.",
      scheme: "HTTP or HTTPS.",
      httpHeaders: "Headers to send.",
    },
  },
  TCPSocketAction: {
    type: "A TCP connection.",
    fields: { port: "A number, or the name of a container's port.", host: "Whom to connect to." },
  },
  GRPCAction: {
    type: "A gRPC health check.",
    fields: { port: "The port.", service: "The service to ask for." },
  },
  ExecAction: {
    type: "A command in the container.",
    fields: { command: "The program and its arguments; no shell." },
  },
  ResourceRequirements: {
    type: "CPU and memory of a container.",
    fields: {
      requests: "What it needs; the scheduler finds a node that has it.",
      limits: "What it may use at most.",
    },
  },
  HostAlias: {
    type: "A line of the pod's hosts file.",
    fields: { ip: "The address.", hostnames: "Its names." },
  },
  PodDNSConfig: {
    type: "What is added to what dnsPolicy makes of resolv.conf.",
    fields: {
      nameservers: "Servers to ask.",
      searches: "Domains that are tried behind a short name.",
      options: "Options such as ndots.",
    },
  },
  Toleration: {
    type: "Taints that do not keep a pod away.",
    fields: {
      key: "The taint's key; none with operator Exists means every taint.",
      operator: "Equal or Exists.",
      value: "The taint's value.",
      effect: "NoSchedule, PreferNoSchedule or NoExecute; none means each.",
      tolerationSeconds: "How long a NoExecute taint is borne.",
    },
  },
  VolumeMount: {
    type: "Where a volume appears in a container.",
    fields: {
      name: "The volume.",
      mountPath: "Where.",
      subPath: "Which folder of the volume.",
      readOnly: "Whether it can only be read.",
    },
  },
  Volume: {
    type: "A folder that containers can mount.",
    fields: {
      name: "What mounts call it.",
      configMap: "The keys of a ConfigMap as files.",
      secret: "The keys of a Secret as files.",
      emptyDir: "An empty folder that lives as long as the pod.",
      hostPath: "A folder of the node.",
      projected: "Several sources in one folder.",
      persistentVolumeClaim: "Storage that outlives the pod.",
    },
  },
  PodStatus: {
    type: "What has become of a pod.",
    fields: {
      phase: "Pending, Running, Succeeded, Failed or Unknown.",
      conditions: "PodScheduled, Initialized, ContainersReady, Ready.",
      podIP: "The pod's address.",
      podIPs: "Its addresses, one of each IP family.",
      hostIP: "The node's address.",
      hostIPs: "The node's addresses.",
      startTime: "When the node took the pod up.",
      containerStatuses: "The state of each container.",
      initContainerStatuses: "The state of each init container.",
      qosClass: "Guaranteed, Burstable or BestEffort, from the containers' resources.",
      reason: "Why the pod is as it is, in one word.",
      message: "Why the pod is as it is.",
    },
  },
  ContainerStatus: {
    type: "The state of a container.",
    fields: {
      name: "Which container.",
      state: "Waiting, running or terminated.",
      lastState: "How it ended last.",
      ready: "Whether it can take traffic.",
      started: "Whether its startup probe has passed.",
      restartCount: "How often it was started again.",
      image: "The image that runs.",
      imageID: "Exactly which.",
      containerID: "Which container of the runtime it is.",
    },
  },
};
