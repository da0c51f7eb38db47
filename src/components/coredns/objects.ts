/** The cluster's DNS as objects: what kubeadm applies when it sets a cluster up. Pure. */
import type { ConfigMap, ServiceAccount } from "../../api/objects/cluster.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { type ClusterRole, type ClusterRoleBinding, rbacGroup } from "../../api/objects/rbac.ts";
import type { Service } from "../../api/objects/service.ts";
import type { Deployment } from "../../api/objects/workload.ts";
import { standardCorefile } from "./corefile.ts";

export interface ClusterDnsOptions {
  readonly clusterDomain: string;
  /** The ClusterIP of kube-dns. */
  readonly address: string;
  readonly replicas: number;
  /** In place of the standard one. */
  readonly corefile: string | undefined;
  /** `registry.k8s.io/coredns/coredns:v1.14.7` */
  readonly image: string;
}

const namespace = "kube-system";
const name = "coredns";
const labels = { "k8s-app": "kube-dns" };
const controlPlane = "node-role.kubernetes.io/control-plane";

/**
 * In the order in which they are to be created.
 *
 * @see kubernetes cmd/kubeadm/app/phases/addons/dns/manifests.go
 */
export function clusterDnsObjects(options: ClusterDnsOptions): readonly AnyObject[] {
  const { clusterDomain, corefile = standardCorefile(clusterDomain) } = options;
  const account: ServiceAccount = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name, namespace },
  };
  const config: ConfigMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name, namespace },
    data: { Corefile: corefile },
  };
  return [account, ...access(), config, service(options), deployment(options)];
}

/** What the plugin `kubernetes` lists and watches. */
function access(): readonly [ClusterRole, ClusterRoleBinding] {
  const apiVersion = `${rbacGroup}/v1`;
  const metadata = { name: "system:coredns" };
  const verbs = ["list", "watch"];
  const rules = [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs },
  ];
  const roleRef = { apiGroup: rbacGroup, kind: "ClusterRole", name: metadata.name };
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  return [
    { apiVersion, kind: "ClusterRole", metadata, rules },
    { apiVersion, kind: "ClusterRoleBinding", metadata, roleRef, subjects },
  ];
}

function service({ address }: ClusterDnsOptions): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: "kube-dns",
      namespace,
      labels: {
        ...labels,
        "kubernetes.io/cluster-service": "true",
        "kubernetes.io/name": "CoreDNS",
      },
      annotations: { "prometheus.io/port": "9153", "prometheus.io/scrape": "true" },
    },
    spec: {
      clusterIP: address,
      selector: labels,
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, protocol: "TCP" },
        { name: "metrics", port: 9153, protocol: "TCP" },
      ],
    },
  };
}

/** Fields of pods that are kept, and that nothing here reads: their types do not list them. */
type PodSpecAsWritten = Deployment["spec"]["template"]["spec"] & Readonly<Record<string, unknown>>;

function deployment({ replicas, image }: ClusterDnsOptions): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: labels },
      template: {
        metadata: {
          labels,
          // CoreDNS is ready a fraction of a second after it started; without this a lab would wait for whole seconds.
          annotations: { "podwire.dev/first-readiness-period-ms": "25" },
        },
        spec: podSpec(image),
      },
    },
  };
}

function podSpec(image: string): PodSpecAsWritten {
  const probe = { successThreshold: 1, failureThreshold: 5, timeoutSeconds: 5 };
  return {
    priorityClassName: "system-cluster-critical",
    serviceAccountName: name,
    affinity: affinity(),
    tolerations: [
      { key: "CriticalAddonsOnly", operator: "Exists" },
      { key: controlPlane, effect: "NoSchedule" },
    ],
    nodeSelector: { "kubernetes.io/os": "linux" },
    dnsPolicy: "Default",
    volumes: [
      {
        name: "config-volume",
        configMap: { name, items: [{ key: "Corefile", path: "Corefile" }] },
      },
    ],
    containers: [
      {
        name,
        image,
        args: ["-conf", "/etc/coredns/Corefile"],
        resources: { limits: { memory: "170Mi" }, requests: { cpu: "100m", memory: "70Mi" } },
        ports: [
          { name: "dns", containerPort: 53, protocol: "UDP" },
          { name: "dns-tcp", containerPort: 53, protocol: "TCP" },
          { name: "metrics", containerPort: 9153, protocol: "TCP" },
        ],
        livenessProbe: {
          ...probe,
          httpGet: { path: "/health", port: 8080 },
          initialDelaySeconds: 60,
        },
        readinessProbe: { httpGet: { path: "/ready", port: 8181 } },
        volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
        securityContext: {
          allowPrivilegeEscalation: false,
          capabilities: { add: ["NET_BIND_SERVICE"], drop: ["ALL"] },
          readOnlyRootFilesystem: true,
        },
      },
    ],
  };
}

/**
 * Apart from one another, as kubeadm asks for. And where a node of the control plane takes them, there: in a cluster that kubeadm made it was the
 * only node when they started.
 */
function affinity(): object {
  const preferredDuringSchedulingIgnoredDuringExecution = [
    {
      weight: 100,
      podAffinityTerm: {
        labelSelector: {
          matchExpressions: [{ key: "k8s-app", operator: "In", values: ["kube-dns"] }],
        },
        topologyKey: "kubernetes.io/hostname",
      },
    },
  ];
  return {
    podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution },
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 1,
          preference: { matchExpressions: [{ key: controlPlane, operator: "Exists" }] },
        },
      ],
    },
  };
}
