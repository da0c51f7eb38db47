import test from "ava";
import { decodeObject } from "../decoding/decode-object.ts";
import { withDefaults } from "../defaulting/defaults.ts";
import { formatFieldError } from "../errors/field-errors.ts";
import { validateObject } from "./validate-object.ts";

function faultsOf(input: unknown): readonly string[] {
  const { object, errors } = decodeObject(input);
  const faults = object === undefined ? errors : validateObject(withDefaults(object));
  return faults.map(formatFieldError);
}

interface Row {
  readonly title: string;
  readonly spec?: object;
  readonly metadata?: object;
  readonly faults: readonly string[];
}

const services: readonly Row[] = [
  { title: "one port", spec: { ports: [{ port: 80 }] }, faults: [] },
  { title: "no port", spec: {}, faults: ["spec.ports: Required value"] },
  { title: "headless without port", spec: { clusterIP: "None" }, faults: [] },
  {
    title: "a name that begins with a digit",
    metadata: { name: "1st" },
    spec: { ports: [{ port: 80 }] },
    faults: [
      `metadata.name: Invalid value: "1st": a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ],
  },
  {
    title: "several ports without names, one of them twice",
    spec: { ports: [{ port: 80 }, { name: "a", port: 80 }, { name: "a", port: 81 }] },
    faults: [
      "spec.ports[0].name: Required value",
      'spec.ports[2].name: Duplicate value: "a"',
      'spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}',
    ],
  },
  {
    title: "the same port for two protocols",
    spec: {
      ports: [
        { name: "a", port: 53 },
        { name: "b", port: 53, protocol: "UDP" },
      ],
    },
    faults: [],
  },
  {
    title: "ports out of range",
    spec: { ports: [{ port: 0, targetPort: 70000 }] },
    faults: [
      "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
      "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive",
    ],
  },
  {
    title: "a target port's name that is too long",
    spec: { ports: [{ port: 80, targetPort: "a-very-long-port-name" }] },
    faults: [
      'spec.ports[0].targetPort: Invalid value: "a-very-long-port-name": must be no more than 15 characters',
    ],
  },
  {
    title: "an unknown protocol",
    spec: { ports: [{ port: 80, protocol: "tcp" }] },
    faults: [
      'spec.ports[0].protocol: Unsupported value: "tcp": supported values: "SCTP", "TCP", "UDP"',
    ],
  },
  {
    title: "a node port for a ClusterIP",
    spec: { ports: [{ port: 80, nodePort: 30080 }] },
    faults: ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
  },
  {
    title: "a node port twice",
    spec: {
      type: "NodePort",
      ports: [
        { name: "a", port: 80, nodePort: 30080 },
        { name: "b", port: 81, nodePort: 30080 },
        { name: "c", port: 80, nodePort: 30080, protocol: "UDP" },
      ],
    },
    faults: ["spec.ports[1].nodePort: Duplicate value: 30080"],
  },
  {
    title: "an unknown type",
    spec: { type: "Clusterip", ports: [{ port: 80 }] },
    faults: [
      'spec.type: Unsupported value: "Clusterip": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"',
    ],
  },
  {
    title: "a headless NodePort",
    spec: { type: "NodePort", clusterIP: "None", ports: [{ port: 80 }] },
    faults: [
      `spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`,
    ],
  },
  {
    title: "an ExternalName without a name",
    spec: { type: "ExternalName" },
    faults: ["spec.externalName: Required value"],
  },
  {
    title: "an ExternalName with a final dot",
    spec: { type: "ExternalName", externalName: "db.example.com." },
    faults: [],
  },
  {
    title: "an ExternalName with an address",
    spec: { type: "ExternalName", externalName: "db.example.com", clusterIP: "10.96.0.9" },
    faults: ["spec.clusterIPs: Forbidden: may not be set for ExternalName services"],
  },
  {
    title: "an affinity that is too long",
    spec: {
      ports: [{ port: 80 }],
      sessionAffinity: "ClientIP",
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 86401 } },
    },
    faults: [
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 86401: must be greater than 0 and less than 86400",
    ],
  },
  {
    title: "an external traffic policy for inside only",
    spec: { ports: [{ port: 80 }], externalTrafficPolicy: "Local" },
    faults: [
      'spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services',
    ],
  },
  {
    title: "a health check's port where there is no check",
    spec: { type: "NodePort", ports: [{ port: 80 }], healthCheckNodePort: 30001 },
    faults: [
      "spec.healthCheckNodePort: Invalid value: 30001: may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
    ],
  },
  {
    title: "an address that is none",
    spec: { ports: [{ port: 80 }], clusterIP: "10.96.0.300" },
    faults: [
      'spec.clusterIPs[0]: Invalid value: "10.96.0.300": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  },
  {
    title: "external addresses that mean something else everywhere",
    spec: { ports: [{ port: 80 }], externalIPs: ["127.0.0.1", "203.0.113.9", "169.254.0.1"] },
    faults: [
      'spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'spec.externalIPs[2]: Invalid value: "169.254.0.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    ],
  },
  {
    title: "source ranges where there is no load balancer",
    spec: { ports: [{ port: 80 }], loadBalancerSourceRanges: ["203.0.113.0/24"] },
    faults: [
      "spec.LoadBalancerSourceRanges: Forbidden: may only be used when `type` is 'LoadBalancer'",
    ],
  },
  {
    title: "a selector that is no label",
    spec: { ports: [{ port: 80 }], selector: { app: "a b" } },
    faults: [
      `spec.selector: Invalid value: "a b": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')`,
    ],
  },
];

for (const { title, spec, metadata = { name: "s" }, faults } of services) {
  test(`Service: ${title}`, (t) => {
    t.deepEqual(faultsOf({ apiVersion: "v1", kind: "Service", metadata, spec }), faults);
  });
}

const good = { name: "c", image: "web" };

const pods: readonly Row[] = [
  { title: "one container", spec: { containers: [good] }, faults: [] },
  {
    // The real server's answer to this very pod.
    title: "a bad name and no containers",
    metadata: { name: "P_1" },
    spec: { containers: [] },
    faults: [
      `metadata.name: Invalid value: "P_1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`,
      "spec.containers: Required value",
    ],
  },
  {
    title: "no name",
    metadata: {},
    spec: { containers: [good] },
    faults: ["metadata.name: Required value: name or generateName is required"],
  },
  {
    title: "a base for a name",
    metadata: { generateName: "web-" },
    spec: { containers: [good] },
    faults: [],
  },
  {
    title: "a signal to stop with, of the operating system that the pod names",
    spec: {
      os: { name: "linux" },
      containers: [{ ...good, lifecycle: { stopSignal: "SIGRTMIN+3" } }],
    },
    faults: [],
  },
  {
    title: "a signal to stop with, and no operating system",
    spec: { containers: [{ ...good, lifecycle: { stopSignal: "SIGQUIT" } }] },
    faults: [
      "spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`",
    ],
  },
  {
    title: "a signal that the operating system has not",
    spec: {
      os: { name: "windows" },
      containers: [{ ...good, lifecycle: { stopSignal: "SIGQUIT" } }],
    },
    faults: [
      'spec.containers[0].lifecycle.stopSignal: Unsupported value: "SIGQUIT": supported values: "SIGKILL", "SIGTERM"',
    ],
  },
  {
    title: "an operating system that there is not, and a lifecycle of what runs to its end",
    spec: {
      os: { name: "plan9" },
      initContainers: [{ ...good, name: "i", lifecycle: {} }],
      containers: [good],
    },
    faults: [
      "spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always",
      'spec.os: Unsupported value: "plan9": supported values: "linux", "windows"',
    ],
  },
  {
    title: "a container without anything, and a name twice",
    spec: { containers: [{}, good, good] },
    faults: [
      "spec.containers[0].name: Required value",
      "spec.containers[0].image: Required value",
      'spec.containers[2].name: Duplicate value: "c"',
    ],
  },
  {
    title: "container ports",
    spec: {
      containers: [
        {
          ...good,
          ports: [
            { containerPort: 80, name: "web" },
            { containerPort: 81, name: "web" },
            { containerPort: 0 },
            { containerPort: 65536 },
            { containerPort: 82, name: "UPPER" },
          ],
        },
      ],
    },
    faults: [
      'spec.containers[0].ports[1].name: Duplicate value: "web"',
      "spec.containers[0].ports[2].containerPort: Required value",
      "spec.containers[0].ports[3].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive",
      'spec.containers[0].ports[4].name: Invalid value: "UPPER": must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)',
      'spec.containers[0].ports[4].name: Invalid value: "UPPER": must contain at least one letter (a-z)',
    ],
  },
  {
    title: "one node port for two containers",
    spec: {
      containers: [
        { ...good, ports: [{ containerPort: 80, hostPort: 8080 }] },
        { ...good, name: "d", ports: [{ containerPort: 81, hostPort: 8080 }] },
      ],
    },
    faults: ['spec.containers[1].ports[0].hostPort: Duplicate value: "TCP//8080"'],
  },
  {
    title: "on the node's network, ports follow by themselves",
    spec: { hostNetwork: true, containers: [{ ...good, ports: [{ containerPort: 80 }] }] },
    faults: [],
  },
  {
    title: "on the node's network, another node port is none",
    spec: {
      hostNetwork: true,
      containers: [{ ...good, ports: [{ containerPort: 80, hostPort: 8080 }] }],
    },
    faults: [
      "spec.containers[0].ports[0].hostPort: Invalid value: 8080: must match `containerPort` when `hostNetwork` is true",
    ],
  },
  {
    title: "probes",
    spec: {
      containers: [
        {
          ...good,
          readinessProbe: { periodSeconds: 5 },
          livenessProbe: { httpGet: { port: 80 }, successThreshold: 2 },
          startupProbe: { httpGet: { port: 80 }, tcpSocket: { port: "web" } },
        },
      ],
    },
    faults: [
      "spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
      "spec.containers[0].readinessProbe: Required value: must specify a handler type",
      "spec.containers[0].startupProbe.tcpSocket: Forbidden: may not specify more than 1 handler type",
    ],
  },
  {
    title: "names of variables",
    spec: { containers: [{ ...good, env: [{ name: "A.B-c_1", value: "x" }, { name: "1A" }] }] },
    faults: [
      `spec.containers[0].env[1].name: Invalid value: "1A": a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g. 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '[-._a-zA-Z][-._a-zA-Z0-9]*')`,
    ],
  },
  {
    title: "a mount of no volume",
    spec: { containers: [{ ...good, volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
    faults: ['spec.containers[0].volumeMounts[0].name: Not found: "data"'],
  },
  {
    title: "DNS of its own without servers",
    spec: { dnsPolicy: "None", containers: [good] },
    faults: ["spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None"],
  },
];

for (const { title, spec, metadata = { name: "p" }, faults } of pods) {
  test(`Pod: ${title}`, (t) => {
    t.deepEqual(faultsOf({ apiVersion: "v1", kind: "Pod", metadata, spec }), faults);
  });
}

const template = { metadata: { labels: { app: "d" } }, spec: { containers: [good] } };
const selector = { matchLabels: { app: "d" } };

const workloads: ReadonlyArray<Row & { readonly kind: string }> = [
  { title: "the least", kind: "Deployment", spec: { selector, template }, faults: [] },
  {
    title: "nothing",
    kind: "Deployment",
    spec: {},
    faults: ["spec.selector: Required value", "spec.template.spec.containers: Required value"],
  },
  {
    title: "a selector that finds everything",
    kind: "DaemonSet",
    spec: { selector: {}, template },
    faults: ["spec.selector: Invalid value: {}: empty selector is invalid for daemonset"],
  },
  {
    title: "a selector that does not find its own pods",
    kind: "StatefulSet",
    spec: { selector: { matchLabels: { app: "e" } }, template },
    faults: [
      'spec.template.metadata.labels: Invalid value: map[string]string{"app":"d"}: `selector` does not match template `labels`',
    ],
  },
  {
    title: "an expression without values",
    kind: "ReplicaSet",
    spec: { selector: { matchExpressions: [{ key: "app", operator: "In" }] }, template },
    faults: [
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
  },
  {
    title: "a rollout that can never begin",
    kind: "Deployment",
    spec: {
      selector,
      template,
      strategy: { rollingUpdate: { maxSurge: "0%", maxUnavailable: 0 } },
    },
    faults: [
      "spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when `maxSurge` is 0",
    ],
  },
  {
    title: "a rollout that is none",
    kind: "Deployment",
    spec: {
      selector,
      template,
      strategy: { type: "Recreate", rollingUpdate: { maxSurge: 1 } },
      replicas: -1,
    },
    faults: [
      "spec.replicas: Invalid value: -1: must be greater than or equal to 0",
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ],
  },
  {
    title: "pods that end",
    kind: "Deployment",
    spec: {
      selector,
      template: { ...template, spec: { ...template.spec, restartPolicy: "Never" } },
    },
    faults: [
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
  },
  {
    title: "a mount of a claim",
    kind: "StatefulSet",
    spec: {
      selector,
      volumeClaimTemplates: [{ metadata: { name: "data" } }],
      template: {
        ...template,
        spec: { containers: [{ ...good, volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
      },
    },
    faults: [],
  },
];

for (const { title, kind, spec, faults } of workloads) {
  test(`${kind}: ${title}`, (t) => {
    const input = { apiVersion: "apps/v1", kind, metadata: { name: "d" }, spec };
    t.deepEqual(faultsOf(input), faults);
  });
}

const others: ReadonlyArray<{
  readonly title: string;
  readonly input: object;
  readonly faults: readonly string[];
}> = [
  {
    title: "a slice with addresses of the wrong family",
    input: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      addressType: "IPv4",
      endpoints: [{ addresses: ["fd00::1"] }, { addresses: [] }],
      ports: [{ port: 80 }, { port: 81 }],
    },
    faults: [
      'endpoints[0].addresses[0]: Invalid value: "fd00::1": must be an IPv4 address',
      "endpoints[1].addresses: Required value: must contain at least 1 address",
      'ports[1].name: Duplicate value: ""',
    ],
  },
  {
    title: "Endpoints without addresses",
    input: { apiVersion: "v1", kind: "Endpoints", subsets: [{ ports: [{ port: 80 }] }] },
    faults: ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"],
  },
  {
    title: "a ConfigMap with a bad key",
    input: { apiVersion: "v1", kind: "ConfigMap", data: { "a b": "" } },
    faults: [
      `data[a b]: Invalid value: "a b": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`,
    ],
  },
  {
    title: "a label whose prefix is empty",
    input: { apiVersion: "v1", kind: "Secret", metadata: { name: "x", labels: { "/a": "" } } },
    faults: ['metadata.labels: Invalid value: "/a": prefix part must be non-empty'],
  },
  {
    title: "a taint without effect",
    input: { apiVersion: "v1", kind: "Node", spec: { taints: [{ key: "a" }] } },
    faults: ["spec.taints[0].effect: Required value"],
  },
];

for (const { title, input, faults } of others) {
  test(title, (t) => {
    t.deepEqual(faultsOf({ metadata: { name: "x" }, ...input }), faults);
  });
}
