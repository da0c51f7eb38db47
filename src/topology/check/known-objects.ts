/** What scenarios may speak of: everything that the files define, and what podwire itself adds. */
import type { AnyObject, Kind } from "../../api/objects/kinds.ts";
import type { Labels } from "../../api/objects/meta.ts";
import type { ServicePort } from "../../api/objects/service.ts";
import type { BrokenManifest, ReadManifest } from "../manifests/read-manifests.ts";
import type { MachineNames } from "../resolve/read-topology.ts";

export interface KnownService {
  readonly namespace: string;
  readonly name: string;
  /** Undefined when they are not known, because the Service has a fault of its own. */
  readonly ports: readonly ServicePort[] | undefined;
}

/** Whatever makes pods, with the labels they get. */
export interface KnownWorkload {
  readonly kind: Kind;
  readonly namespace: string;
  readonly name: string;
  readonly podLabels: Labels;
  /** Undefined for a DaemonSet: as many as there are nodes. */
  readonly replicas: number | undefined;
}

export interface Known {
  readonly names: MachineNames;
  /** The cluster's DNS does, or a host's. */
  readonly somebodyResolves: boolean;
  readonly services: readonly KnownService[];
  readonly workloads: readonly KnownWorkload[];
  /** `namespace/name` of every object, by kind. */
  readonly keys: ReadonlyMap<Kind, ReadonlySet<string>>;
}

export interface KnownOptions {
  readonly names: MachineNames;
  readonly manifests: readonly ReadManifest[];
  readonly broken: readonly BrokenManifest[];
  readonly dnsEnabled: boolean;
  /** A host outside serves DNS. */
  readonly hostServesDns: boolean;
}

const apiServer: KnownService = {
  namespace: "default",
  name: "kubernetes",
  ports: [{ name: "https", port: 443 }],
};

const kubeDns: KnownService = {
  namespace: "kube-system",
  name: "kube-dns",
  ports: [
    { name: "dns", port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, protocol: "TCP" },
    { name: "metrics", port: 9153, protocol: "TCP" },
  ],
};

const coreDns: KnownWorkload = {
  kind: "Deployment",
  namespace: "kube-system",
  name: "coredns",
  podLabels: { "k8s-app": "kube-dns" },
  replicas: undefined,
};

export function knownObjects({
  names,
  manifests,
  broken,
  dnsEnabled,
  hostServesDns,
}: KnownOptions): Known {
  const objects = manifests.map(({ object }) => object);
  const services = [
    ...objects.flatMap(serviceOf),
    ...broken.flatMap((each) => (each.kind === "Service" ? [{ ...each, ports: undefined }] : [])),
    apiServer,
    ...(dnsEnabled ? [kubeDns] : []),
  ];
  const lost = broken.map((each) => ({ ...each, podLabels: {}, replicas: undefined }));
  const workloads = [
    ...objects.flatMap(workloadOf),
    ...lost.filter(({ kind }) => workloadKinds.has(kind)),
    ...(dnsEnabled ? [coreDns] : []),
  ];
  const keys = new Map<Kind, Set<string>>();
  for (const { kind, namespace, name } of [
    ...workloads,
    ...services.map((each) => ({ kind: "Service" as const, ...each })),
  ]) {
    const ofKind = keys.get(kind) ?? new Set();
    keys.set(kind, ofKind.add(`${namespace}/${name}`));
  }
  return { names, somebodyResolves: dnsEnabled || hostServesDns, services, workloads, keys };
}

const workloadKinds: ReadonlySet<Kind> = new Set<Kind>([
  "DaemonSet",
  "Deployment",
  "Pod",
  "ReplicaSet",
  "StatefulSet",
]);

function serviceOf(object: AnyObject): readonly KnownService[] {
  if (object.kind !== "Service") return [];
  const { namespace = "", name } = object.metadata;
  return [{ namespace, name, ports: object.spec.ports ?? [] }];
}

export function workloadOf(object: AnyObject): readonly KnownWorkload[] {
  const { namespace = "", name } = object.metadata;
  const key = { kind: object.kind, namespace, name };
  switch (object.kind) {
    case "Pod":
      return [{ ...key, podLabels: object.metadata.labels ?? {}, replicas: 1 }];
    case "DaemonSet":
      return [{ ...key, podLabels: templateLabels(object), replicas: undefined }];
    case "Deployment":
    case "ReplicaSet":
    case "StatefulSet":
      return [{ ...key, podLabels: templateLabels(object), replicas: object.spec.replicas ?? 1 }];
    default:
      return [];
  }
}

function templateLabels({
  spec,
}: {
  readonly spec: { readonly template: { readonly metadata?: { readonly labels?: Labels } } };
}): Labels {
  return spec.template.metadata?.labels ?? {};
}
