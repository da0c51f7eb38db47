/** Pod, after k8s.io/api/core/v1. Only the fields that something here reads are typed; the rest is kept. */
import type { Condition, KubeObject, Labels } from "./meta.ts";
import type { Volume, VolumeMount } from "./volume.ts";

export type Protocol = "TCP" | "UDP" | "SCTP";

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly hostPort?: number;
  readonly hostIP?: string;
  readonly protocol?: Protocol;
}

export interface EnvVar {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: {
    readonly fieldRef?: { readonly fieldPath: string };
    readonly configMapKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly secretKeyRef?: {
      readonly name: string;
      readonly key: string;
      readonly optional?: boolean;
    };
    readonly resourceFieldRef?: unknown;
  };
}

export interface HttpGetAction {
  readonly path?: string;
  readonly port: number | string;
  readonly host?: string;
  readonly scheme?: "HTTP" | "HTTPS";
  readonly httpHeaders?: ReadonlyArray<{ readonly name: string; readonly value: string }>;
}

/** What is done before a container is told to end. */
export interface LifecycleHandler {
  readonly sleep?: { readonly seconds: number };
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: HttpGetAction;
}

/** A kubelet probe. Times are whole seconds. */
export interface ContainerProbe {
  readonly httpGet?: HttpGetAction;
  readonly tcpSocket?: { readonly port: number | string; readonly host?: string };
  readonly grpc?: { readonly port: number; readonly service?: string };
  readonly exec?: { readonly command?: readonly string[] };
  readonly initialDelaySeconds?: number;
  readonly periodSeconds?: number;
  readonly timeoutSeconds?: number;
  readonly successThreshold?: number;
  readonly failureThreshold?: number;
  /** Of liveness and startup probes: how long the container has to end when they have failed; the pod's unless given. */
  readonly terminationGracePeriodSeconds?: number;
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvVar[];
  readonly envFrom?: ReadonlyArray<{
    readonly prefix?: string;
    readonly configMapRef?: { readonly name: string; readonly optional?: boolean };
    readonly secretRef?: { readonly name: string; readonly optional?: boolean };
  }>;
  readonly readinessProbe?: ContainerProbe;
  readonly livenessProbe?: ContainerProbe;
  readonly startupProbe?: ContainerProbe;
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string>>;
    readonly limits?: Readonly<Record<string, string>>;
  };
  readonly lifecycle?: {
    readonly postStart?: LifecycleHandler;
    readonly preStop?: LifecycleHandler;
    /** What asks its program to end, `SIGQUIT`; SIGTERM unless given. Only in pods that name their operating system. */
    readonly stopSignal?: string;
  };
  readonly securityContext?: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly runAsNonRoot?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    /** Without `CAP_`; `ALL` is all of them. */
    readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  };
  readonly volumeMounts?: readonly VolumeMount[];
  /** Its program has an input, which `kubectl attach` writes to. */
  readonly stdin?: boolean;
  /** The input ends with the first who attaches. */
  readonly stdinOnce?: boolean;
  /** Its program runs on a terminal. */
  readonly tty?: boolean;
  /** Of init containers only: one that says `Always` is a sidecar and runs beside the containers. */
  readonly restartPolicy?: "Always";
}

export interface Toleration {
  readonly key?: string;
  readonly operator?: "Exists" | "Equal";
  readonly value?: string;
  readonly effect?: TaintEffect;
  readonly tolerationSeconds?: number;
}

export type TaintEffect = "NoSchedule" | "PreferNoSchedule" | "NoExecute";

export interface PodSpec {
  /** `linux` or `windows`. */
  readonly os?: { readonly name?: string };
  readonly nodeName?: string;
  readonly nodeSelector?: Labels;
  readonly tolerations?: readonly Toleration[];
  readonly initContainers?: readonly Container[];
  readonly containers: readonly Container[];
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly terminationGracePeriodSeconds?: number;
  readonly hostNetwork?: boolean;
  /** For all containers that do not say otherwise. */
  readonly securityContext?: {
    readonly runAsUser?: number;
    readonly runAsGroup?: number;
    readonly runAsNonRoot?: boolean;
    readonly supplementalGroups?: readonly number[];
    readonly fsGroup?: number;
  };
  readonly hostname?: string;
  readonly subdomain?: string;
  readonly hostAliases?: ReadonlyArray<{
    readonly ip: string;
    readonly hostnames?: readonly string[];
  }>;
  readonly dnsPolicy?: "ClusterFirst" | "ClusterFirstWithHostNet" | "Default" | "None";
  readonly dnsConfig?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: ReadonlyArray<{ readonly name?: string; readonly value?: string }>;
  };
  readonly enableServiceLinks?: boolean;
  readonly schedulerName?: string;
  readonly serviceAccountName?: string;
  /** The same; deprecated, and still shown. */
  readonly serviceAccount?: string;
  readonly automountServiceAccountToken?: boolean;
  readonly setHostnameAsFQDN?: boolean;
  readonly volumes?: readonly Volume[];
  readonly readinessGates?: ReadonlyArray<{ readonly conditionType: string }>;
}

export interface ContainerState {
  readonly waiting?: { readonly reason?: string; readonly message?: string };
  readonly running?: { readonly startedAt?: string };
  readonly terminated?: {
    readonly exitCode: number;
    readonly signal?: number;
    readonly reason?: string;
    readonly message?: string;
    readonly startedAt?: string;
    readonly finishedAt?: string;
  };
}

export interface ContainerStatus {
  readonly name: string;
  readonly image: string;
  readonly imageID: string;
  readonly containerID?: string;
  readonly ready: boolean;
  readonly started?: boolean;
  readonly restartCount: number;
  /** Where the manifest gives one. */
  readonly stopSignal?: string;
  readonly state: ContainerState;
  readonly lastState: ContainerState;
}

export type PodPhase = "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown";

export interface PodStatus {
  readonly phase?: PodPhase;
  readonly conditions?: readonly Condition[];
  readonly reason?: string;
  readonly message?: string;
  readonly hostIP?: string;
  readonly hostIPs?: ReadonlyArray<{ readonly ip: string }>;
  readonly podIP?: string;
  readonly podIPs?: ReadonlyArray<{ readonly ip: string }>;
  readonly startTime?: string;
  readonly initContainerStatuses?: readonly ContainerStatus[];
  readonly containerStatuses?: readonly ContainerStatus[];
  readonly qosClass?: string;
  readonly nominatedNodeName?: string;
}

export interface Pod extends KubeObject {
  readonly kind: "Pod";
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

export interface PodTemplateSpec {
  readonly metadata?: { readonly labels?: Labels; readonly annotations?: Labels };
  readonly spec: PodSpec;
}
