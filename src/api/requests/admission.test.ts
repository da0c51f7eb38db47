import test from "ava";
import { describeUnknownField } from "../decoding/decode-object.ts";
import { formatFieldError } from "../errors/field-errors.ts";
import type { AnyObject } from "../objects/kinds.ts";
import { prepareCreate, prepareStatusUpdate, prepareUpdate } from "./admission.ts";

/** The object as prepared; fails the caller when it was refused. */
function prepare(input: unknown): AnyObject {
  const { object, errors } = prepareCreate(input);
  if (object === undefined) throw new Error(errors.map(formatFieldError).join("\n"));
  return object;
}

const container = { name: "c", image: "nginx", ports: [{ containerPort: 80 }] };

/** A server 1.20 answered this, but for what newer servers fill in and the server's own metadata. */
const completedContainer = {
  name: "c",
  image: "nginx",
  ports: [{ containerPort: 80, protocol: "TCP" }],
  resources: {},
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
  imagePullPolicy: "Always",
};

const completedPodSpec = {
  containers: [completedContainer],
  restartPolicy: "Always",
  terminationGracePeriodSeconds: 30,
  dnsPolicy: "ClusterFirst",
  securityContext: {},
  schedulerName: "default-scheduler",
};

const answers: ReadonlyArray<{
  readonly title: string;
  readonly input: unknown;
  readonly answer: unknown;
}> = [
  {
    title: "a pod",
    input: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p1", labels: { app: "x" } },
      spec: { containers: [container], automountServiceAccountToken: false },
    },
    answer: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p1", namespace: "default", labels: { app: "x" } },
      spec: {
        ...completedPodSpec,
        automountServiceAccountToken: false,
        tolerations: [
          {
            key: "node.kubernetes.io/not-ready",
            operator: "Exists",
            effect: "NoExecute",
            tolerationSeconds: 300,
          },
          {
            key: "node.kubernetes.io/unreachable",
            operator: "Exists",
            effect: "NoExecute",
            tolerationSeconds: 300,
          },
        ],
        priority: 0,
        enableServiceLinks: true,
        preemptionPolicy: "PreemptLowerPriority",
      },
      status: { phase: "Pending", qosClass: "BestEffort" },
    },
  },
  {
    title: "a Deployment",
    input: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d1", creationTimestamp: null },
      spec: {
        selector: { matchLabels: { app: "d" } },
        template: { metadata: { labels: { app: "d" } }, spec: { containers: [container] } },
      },
      status: {},
    },
    answer: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d1", namespace: "default" },
      spec: {
        replicas: 1,
        selector: { matchLabels: { app: "d" } },
        template: { metadata: { labels: { app: "d" } }, spec: completedPodSpec },
        strategy: {
          type: "RollingUpdate",
          rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" },
        },
        revisionHistoryLimit: 10,
        progressDeadlineSeconds: 600,
      },
    },
  },
  {
    title: "a Service of type NodePort",
    input: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s", namespace: "vote" },
      spec: {
        type: "NodePort",
        ports: [
          { name: "w", port: 80 },
          { name: "x", port: 81, targetPort: "web" },
        ],
      },
    },
    answer: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "s", namespace: "vote" },
      spec: {
        type: "NodePort",
        sessionAffinity: "None",
        ports: [
          { name: "w", port: 80, protocol: "TCP", targetPort: 80 },
          { name: "x", port: 81, protocol: "TCP", targetPort: "web" },
        ],
        externalTrafficPolicy: "Cluster",
        internalTrafficPolicy: "Cluster",
      },
      status: { loadBalancer: {} },
    },
  },
  {
    title: "a slice",
    input: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "e1", labels: { "kubernetes.io/service-name": "s1" } },
      addressType: "IPv4",
      ports: [{ port: 80 }],
      endpoints: [{ addresses: ["10.1.1.1"] }],
    },
    answer: {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: "e1",
        namespace: "default",
        labels: { "kubernetes.io/service-name": "s1" },
      },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.1.1"], conditions: {} }],
      ports: [{ name: "", protocol: "TCP", port: 80 }],
    },
  },
];

for (const { title, input, answer } of answers) {
  test(`${title} is completed as the server does`, (t) => {
    t.deepEqual(prepare(input) as unknown, answer);
  });
}

for (const { title, input } of answers) {
  test(`${title} that is completed stays as it is when it is completed again`, (t) => {
    const once = prepare(input);
    const { object } = prepareUpdate(once, once);
    t.deepEqual(object, once);
  });
}

test("what the API does not have is left out, and named with what it may have meant", (t) => {
  const { object, errors, unknownFields } = prepareCreate({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d" },
    spec: {
      replica: 3,
      selector: { matchLabels: { app: "d" } },
      template: {
        metadata: { labels: { app: "d" } },
        spec: { containers: [{ ...container, readinessprobe: {}, zzz: 1 }] },
      },
    },
  });
  t.deepEqual(errors, []);
  t.false("replica" in (object as unknown as { spec: object }).spec);
  t.deepEqual(unknownFields.map(describeUnknownField), [
    'unknown field "spec.replica", did you mean "replicas"?',
    'unknown field "spec.template.spec.containers[0].readinessprobe", did you mean "readinessProbe"?',
    'unknown field "spec.template.spec.containers[0].zzz"',
  ]);
});

const unreadable: ReadonlyArray<{
  readonly title: string;
  readonly input: unknown;
  readonly errors: readonly string[];
}> = [
  {
    title: "a text where a number belongs",
    input: { apiVersion: "apps/v1", kind: "Deployment", spec: { replicas: "3" } },
    errors: ['spec.replicas: Invalid value: "3": must be of type integer, not string'],
  },
  {
    title: "a number where a text belongs",
    input: {
      apiVersion: "v1",
      kind: "Pod",
      spec: { containers: [{ name: "c", env: [{ name: "PORT", value: 8080 }] }] },
    },
    errors: [
      "spec.containers[0].env[0].value: Invalid value: 8080: must be of type string, not integer: put it in quotes",
    ],
  },
  {
    title: "an object where a list belongs, and more",
    input: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { labels: { a: true } },
      spec: { ports: { port: 80 }, selector: ["a"] },
    },
    errors: [
      "metadata.labels.a: Invalid value: true: must be of type string, not boolean: put it in quotes",
      'spec.ports: Invalid value: {"port":80}: must be of type list, not object',
      'spec.selector: Invalid value: []string{"a"}: must be of type map, not list',
    ],
  },
  {
    title: "a text",
    input: "x",
    errors: ['<nil>: Invalid value: "x": must be an object of the Kubernetes API'],
  },
  { title: "nothing", input: {}, errors: ["apiVersion: Required value", "kind: Required value"] },
  {
    title: "an old version",
    input: { apiVersion: "extensions/v1beta1", kind: "Deployment" },
    errors: ['apiVersion: Unsupported value: "extensions/v1beta1": supported values: "apps/v1"'],
  },
];

for (const { title, input, errors } of unreadable) {
  test(`${title} is refused at its place`, (t) => {
    const prepared = prepareCreate(input);
    t.deepEqual(prepared.errors.map(formatFieldError), errors);
    t.true(prepared.isUnreadable);
    t.is(prepared.object, undefined);
  });
}

const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: "s" },
  spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }], clusterIP: "10.96.0.9" },
} as const;

const updates: ReadonlyArray<{
  readonly title: string;
  readonly spec: object;
  readonly becomes: object;
}> = [
  {
    title: "what is left open keeps address and node port",
    spec: { type: "NodePort", ports: [{ port: 80, targetPort: 8080 }] },
    becomes: {
      clusterIP: "10.96.0.9",
      ports: [{ port: 80, targetPort: 8080, protocol: "TCP", nodePort: 30080 }],
    },
  },
  {
    title: "a type without node ports drops those it had",
    spec: { ...service.spec, type: "ClusterIP", externalTrafficPolicy: "Cluster" },
    becomes: {
      type: "ClusterIP",
      externalTrafficPolicy: undefined,
      ports: [{ port: 80, targetPort: 80, protocol: "TCP" }],
    },
  },
  {
    title: "an ExternalName drops its address",
    spec: {
      ...service.spec,
      type: "ExternalName",
      externalName: "db.example.com",
      clusterIPs: ["10.96.0.9"],
    },
    becomes: { clusterIP: undefined, clusterIPs: undefined, internalTrafficPolicy: undefined },
  },
  {
    title: "an address that is taken away stays",
    spec: { ...service.spec, clusterIP: "", clusterIPs: ["10.96.0.9"] },
    becomes: { clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] },
  },
  {
    title: "a load balancer keeps its node ports",
    spec: { type: "LoadBalancer", ports: [{ port: 80 }] },
    becomes: {
      allocateLoadBalancerNodePorts: true,
      ports: [{ port: 80, targetPort: 80, protocol: "TCP", nodePort: 30080 }],
    },
  },
];

for (const { title, spec, becomes } of updates) {
  test(`in an update of a Service, ${title}`, (t) => {
    const previous = prepare(service);
    const { object, errors } = prepareUpdate({ ...service, spec }, previous);
    t.deepEqual(errors.map(formatFieldError), []);
    const { spec: written } = object as unknown as { spec: Record<string, unknown> };
    const seen = Object.keys(becomes).map((field) => [field, written[field]]);
    t.deepEqual(Object.fromEntries(seen), becomes);
  });
}

const refusedUpdates: ReadonlyArray<{
  readonly title: string;
  readonly before: unknown;
  readonly after: unknown;
  readonly error: RegExp;
}> = [
  {
    title: "another address for a Service",
    before: service,
    after: { ...service, spec: { ...service.spec, clusterIP: "10.96.0.10" } },
    error:
      /^spec\.clusterIPs\[0\]: Invalid value: \[\]string\{"10\.96\.0\.10"\}: may not change once set$/,
  },
  {
    // The real server's answer to a patch of this one field.
    title: "another address for a Service, patched in",
    before: service,
    after: {
      ...service,
      spec: { ...service.spec, clusterIP: "10.96.9.9", clusterIPs: ["10.96.0.9"] },
    },
    error:
      /^spec\.clusterIPs\[0\]: Invalid value: \[\]string\{"10\.96\.9\.9"\}: may not change once set$/,
  },
  {
    title: "another selector for a Deployment",
    before: answers[1]?.input,
    after: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "d1" },
      spec: {
        selector: { matchLabels: { app: "e" } },
        template: { metadata: { labels: { app: "e" } }, spec: { containers: [container] } },
      },
    },
    error: /^spec\.selector: Invalid value: .*: field is immutable$/,
  },
  {
    title: "another port for a pod",
    before: answers[0]?.input,
    after: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p1" },
      spec: { containers: [{ ...container, ports: [{ containerPort: 81 }] }] },
    },
    error: /^spec: Forbidden: pod updates may not change fields other than `spec/,
  },
];

for (const { title, before, after, error } of refusedUpdates) {
  test(`${title} is refused`, (t) => {
    const { errors } = prepareUpdate(after, prepare(before));
    t.is(errors.length, 1);
    for (const each of errors) t.regex(formatFieldError(each), error);
  });
}

test("the status is nobody's to write along with the rest, and is written alone", (t) => {
  const previous = prepare(answers[0]?.input);
  const claimed = {
    ...previous,
    metadata: { name: "p1", labels: { a: "b" } },
    status: { phase: "Running" },
  };
  t.deepEqual((prepareUpdate(claimed, previous).object as { status?: unknown }).status, {
    phase: "Pending",
    qosClass: "BestEffort",
  });
  const { object } = prepareStatusUpdate(claimed, previous);
  t.deepEqual(object as unknown, { ...previous, status: { phase: "Running" } });
});
