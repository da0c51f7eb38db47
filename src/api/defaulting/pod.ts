/** What the API server fills in a pod. After core/v1's defaults and the default admission plugins. */
import type { Pod, PodSpec, PodTemplateSpec, Toleration } from "../objects/pod.ts";
import type { Volume } from "../objects/volume.ts";
import { qosClass } from "../pods/qos-class.ts";
import { defaultContainer, defaultHostPorts, defaultRequests } from "./container.ts";

/** A pod stays this long on a node that went away, unless it says otherwise. */
const evictionDelaySeconds = 300;

const evictingTaints = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"] as const;

/** The largest mode of a mounted file, as the API writes octal 0644. */
const defaultMode = 420;

export function defaultPod(pod: Pod): Pod {
  const spec = defaultPodSpec(pod.spec);
  return {
    ...pod,
    spec: {
      ...untypedPodDefaults,
      enableServiceLinks: true,
      ...spec,
      containers: spec.containers.map(defaultRequests),
      ...(spec.initContainers && { initContainers: spec.initContainers.map(defaultRequests) }),
      tolerations: defaultTolerations(spec.tolerations ?? []),
    },
    status: { phase: "Pending", qosClass: qosClass(spec), ...pod.status },
  };
}

const untypedPodDefaults = { priority: 0, preemptionPolicy: "PreemptLowerPriority" } as const;

/** Templates get what pods get, but for what the API fills only in pods. */
export function defaultPodTemplate(template: PodTemplateSpec): PodTemplateSpec {
  return { ...template, spec: defaultPodSpec(template.spec) };
}

function defaultPodSpec(spec: PodSpec): PodSpec {
  const { hostNetwork = false, initContainers, volumes } = spec;
  const complete = hostNetwork
    ? (container: Parameters<typeof defaultContainer>[0]) =>
        defaultHostPorts(defaultContainer(container))
    : defaultContainer;
  const filled = {
    restartPolicy: "Always" as const,
    terminationGracePeriodSeconds: 30,
    dnsPolicy: "ClusterFirst" as const,
    securityContext: {},
    schedulerName: "default-scheduler",
    ...spec,
    containers: spec.containers.map((container) => complete(container)),
    ...(initContainers && {
      initContainers: initContainers.map((container) => complete(container)),
    }),
    ...(volumes && { volumes: volumes.map(defaultVolume) }),
  };
  return filled;
}

function defaultVolume({ name, ...sources }: Volume): Volume {
  const given = Object.entries(sources);
  if (given.length === 0) return { name, emptyDir: {} };
  const completed = given.map(([source, value]) => [source, defaultVolumeSource(source, value)]);
  return { name, ...Object.fromEntries(completed) };
}

function defaultVolumeSource(source: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  switch (source) {
    case "configMap":
    case "secret":
    case "downwardAPI":
      return { defaultMode, ...value };
    case "projected":
      return { defaultMode, ...defaultProjection(value) };
    case "hostPath":
      return { type: "", ...value };
    default:
      return value;
  }
}

/** How long a token is good for when nobody says. */
const expirationSeconds = 3_600;

function defaultProjection({
  sources = [],
  ...rest
}: NonNullable<Volume["projected"]>): Readonly<Record<string, unknown>> {
  const completed = sources.map((source) =>
    source.serviceAccountToken === undefined
      ? source
      : { ...source, serviceAccountToken: { expirationSeconds, ...source.serviceAccountToken } },
  );
  return { ...rest, sources: completed };
}

/** Admission plugin DefaultTolerationSeconds: only for the taints that no toleration covers yet. */
function defaultTolerations(tolerations: readonly Toleration[]): readonly Toleration[] {
  const missing = evictingTaints.filter(
    (taint) =>
      !tolerations.some(
        ({ key = "", effect }) =>
          (key === taint || key === "") && (effect === "NoExecute" || !effect),
      ),
  );
  const added = missing.map(
    (key): Toleration => ({
      key,
      operator: "Exists",
      effect: "NoExecute",
      tolerationSeconds: evictionDelaySeconds,
    }),
  );
  return [...tolerations, ...added];
}
