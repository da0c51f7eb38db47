import test from "ava";
import { formatFieldError } from "../errors/field-errors.ts";
import { prepareCreate } from "../requests/admission.ts";

const policy = (spec: object): object => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: { name: "p", namespace: "default" },
  spec: { podSelector: {}, ...spec },
});

for (const { title, object, faults } of [
  { title: "an empty policy", object: policy({}), faults: [] },
  {
    title: "peers of all sorts, and ranges of ports",
    object: policy({
      policyTypes: ["Ingress", "Egress"],
      ingress: [{ from: [{ podSelector: {} }, { namespaceSelector: {}, podSelector: {} }] }, {}],
      egress: [
        {
          to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }],
          ports: [{ port: 80, endPort: 90 }, { port: "web", protocol: "SCTP" }, {}],
        },
      ],
    }),
    faults: [],
  },
  {
    title: "a type that there is not",
    object: policy({ policyTypes: ["Sideways"] }),
    faults: [
      'spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress"',
    ],
  },
  {
    title: "a peer that is nobody",
    object: policy({ ingress: [{ from: [{}] }] }),
    faults: ["spec.ingress[0].from[0]: Required value: must specify a peer"],
  },
  {
    title: "a peer that is two things",
    object: policy({ egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }] }] }),
    faults: ["spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer"],
  },
  {
    title: "exceptions outside of their block",
    object: policy({
      ingress: [
        { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16", "10.0.0.0/8"] } }] },
      ],
    }),
    faults: [
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
    ],
  },
  {
    title: "a range that ends before it begins, or begins nowhere",
    object: policy({
      ingress: [
        { ports: [{ port: 90, endPort: 80 }, { endPort: 80 }, { port: "web", endPort: 80 }] },
      ],
    }),
    faults: [
      "spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`",
      "spec.ingress[0].ports[1].port: Required value: must be specified if `endPort` is set",
      "spec.ingress[0].ports[2].endPort: Invalid value: 80: may not be specified when `port` is non-numeric",
    ],
  },
  {
    title: "a ServiceCIDR without a CIDR",
    object: { apiVersion: "networking.k8s.io/v1", kind: "ServiceCIDR", metadata: { name: "s" } },
    faults: ["spec.cidrs: Required value: at least one CIDR required"],
  },
  {
    title: "a lease that is over before it begins",
    object: {
      apiVersion: "coordination.k8s.io/v1",
      kind: "Lease",
      metadata: { name: "l", namespace: "default" },
      spec: { leaseDurationSeconds: 0, leaseTransitions: -1 },
    },
    faults: [
      "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
      "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0",
    ],
  },
]) {
  test(`${title}: ${faults.length === 0 ? "is fine" : "is refused"}`, (t) => {
    t.deepEqual(prepareCreate(object).errors.map(formatFieldError), faults);
  });
}

test("a policy is about what comes in, and about what goes out when it has rules for that", (t) => {
  const types = (spec: object): unknown => {
    const { object } = prepareCreate(policy(spec));
    return object?.kind === "NetworkPolicy" ? object.spec.policyTypes : undefined;
  };
  t.deepEqual(types({}), ["Ingress"]);
  t.deepEqual(types({ egress: [] }), ["Ingress"]);
  t.deepEqual(types({ egress: [{}] }), ["Ingress", "Egress"]);
  t.deepEqual(types({ egress: [{}], policyTypes: ["Egress"] }), ["Egress"]);
});
