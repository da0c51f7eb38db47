import test from "ava";
import { formatFieldError } from "../../api/errors/field-errors.ts";
import type { Service } from "../../api/objects/service.ts";
import { prepareCreate, prepareUpdate } from "../../api/requests/admission.ts";
import { Store } from "../../api/store/store.ts";
import { seededRandom } from "../../base/random.ts";
import { cidr } from "../../net/cidr.ts";
import { type ServiceRanges, serviceAllocation } from "./allocate-service.ts";
import { kubernetesService } from "./kubernetes-service.ts";

const ranges: ServiceRanges = {
  cidrs: [cidr("10.96.0.0/16")],
  nodePorts: { first: 30_000, last: 32_767 },
  reserved: new Map([["10.96.0.10", "kube-system/kube-dns"]]),
};

const dualStack: ServiceRanges = {
  ...ranges,
  cidrs: [cidr("10.96.0.0/16"), cidr("fd00:96::/112")],
};

/** A store whose Services are written through admission. */
class Cluster {
  readonly store = new Store();
  readonly #allocate;

  constructor(from: ServiceRanges = ranges, seed: string = "test") {
    this.#allocate = serviceAllocation(() => this.store.list("Service"), from, seededRandom(seed));
  }

  /** The Service as stored, or what is wrong with it. */
  write(name: string, spec: object, namespace: string = "default"): Service | readonly string[] {
    const input = { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec };
    const previous = this.store.get("Service", { namespace, name });
    const options = { allocate: this.#allocate };
    const { object, errors } =
      previous === undefined
        ? prepareCreate(input, options)
        : prepareUpdate(input, previous, options);
    if (object?.kind !== "Service") return errors.map(formatFieldError);
    return previous === undefined ? this.store.create(object) : this.store.update(object);
  }

  /** As {@link write}, for what must not be refused. */
  spec(name: string, spec: object, namespace?: string): Service["spec"] {
    const written = this.write(name, spec, namespace);
    if (!("spec" in written)) throw new Error(written.join("\n"));
    return written.spec;
  }
}

const ports = [{ port: 80 }];

const settled: ReadonlyArray<{
  readonly title: string;
  readonly spec: object;
  readonly ranges?: ServiceRanges;
  readonly want: Partial<Service["spec"]>;
}> = [
  {
    title: "an address that is asked for is given",
    spec: { ports, clusterIP: "10.96.0.20" },
    want: {
      clusterIP: "10.96.0.20",
      clusterIPs: ["10.96.0.20"],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
    },
  },
  {
    title: "a headless Service gets none",
    spec: { ports, clusterIP: "None", selector: { app: "web" } },
    want: { clusterIP: "None", clusterIPs: ["None"], ipFamilies: ["IPv4"] },
  },
  {
    title: "a headless Service without selector is of both families, whatever the cluster's are",
    spec: { ports, clusterIP: "None" },
    want: {
      clusterIPs: ["None"],
      ipFamilies: ["IPv4", "IPv6"],
      ipFamilyPolicy: "RequireDualStack",
    },
  },
  {
    title: "an ExternalName gets nothing",
    spec: { type: "ExternalName", externalName: "db.example.com" },
    want: {},
  },
  {
    title: "a node port that is asked for is given",
    spec: { type: "NodePort", clusterIP: "10.96.0.21", ports: [{ port: 80, nodePort: 31001 }] },
    want: { ports: [{ port: 80, targetPort: 80, protocol: "TCP", nodePort: 31001 }] },
  },
  {
    title: "one port for two protocols has one node port",
    spec: {
      type: "NodePort",
      ports: [
        { name: "dns", port: 53, protocol: "UDP" },
        { name: "dns-tcp", port: 53, nodePort: 30053 },
      ],
    },
    want: {
      ports: [
        { name: "dns", port: 53, protocol: "UDP", targetPort: 53, nodePort: 30053 },
        { name: "dns-tcp", port: 53, protocol: "TCP", targetPort: 53, nodePort: 30053 },
      ],
    },
  },
  {
    title: "a load balancer that goes past node ports has none",
    spec: { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, ports },
    want: { ports: [{ port: 80, targetPort: 80, protocol: "TCP" }] },
  },
  {
    title: "two stacks, when the cluster has them and the Service prefers them",
    spec: { ports, ipFamilyPolicy: "PreferDualStack", clusterIPs: ["10.96.0.22", "fd00:96::22"] },
    ranges: dualStack,
    want: { clusterIPs: ["10.96.0.22", "fd00:96::22"], ipFamilies: ["IPv4", "IPv6"] },
  },
  {
    title: "IPv6 first",
    spec: { ports, ipFamilies: ["IPv6"], clusterIP: "fd00:96::23" },
    ranges: dualStack,
    want: { clusterIPs: ["fd00:96::23"], ipFamilyPolicy: "SingleStack" },
  },
];

for (const { title, spec, want, ...row } of settled) {
  test(title, (t) => {
    const written = new Cluster(row.ranges).spec("s", spec);
    for (const field of Object.keys(want) as Array<keyof typeof want>) {
      t.deepEqual(written[field], want[field], field);
    }
    if (Object.keys(want).length === 0) {
      t.deepEqual(
        [written.clusterIP, written.clusterIPs, written.ipFamilies],
        [undefined, undefined, undefined],
      );
    }
  });
}

const refused: ReadonlyArray<{
  readonly title: string;
  readonly spec: object;
  readonly errors: readonly string[];
}> = [
  {
    title: "an address of another range",
    spec: { ports, clusterIP: "10.97.0.1" },
    errors: [
      'spec.clusterIPs: Invalid value: []string{"10.97.0.1"}: failed to allocate IP 10.97.0.1: the provided IP (10.97.0.1) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
  },
  {
    title: "the address of the network itself",
    spec: { ports, clusterIP: "10.96.0.0" },
    errors: [
      'spec.clusterIPs: Invalid value: []string{"10.96.0.0"}: failed to allocate IP 10.96.0.0: the provided IP (10.96.0.0) is not in the valid range. The range of valid IPs is 10.96.0.0/16',
    ],
  },
  {
    title: "an address that another has",
    spec: { ports, clusterIP: "10.96.0.20" },
    errors: [
      'spec.clusterIPs: Invalid value: []string{"10.96.0.20"}: failed to allocate IP 10.96.0.20: provided IP is already allocated',
    ],
  },
  {
    title: "the address of the API server",
    spec: { ports, clusterIP: "10.96.0.1" },
    errors: [
      'spec.clusterIPs: Invalid value: []string{"10.96.0.1"}: failed to allocate IP 10.96.0.1: provided IP is already allocated',
    ],
  },
  {
    title: "the address of DNS",
    spec: { ports, clusterIP: "10.96.0.10" },
    errors: [
      'spec.clusterIPs: Invalid value: []string{"10.96.0.10"}: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    ],
  },
  {
    title: "node ports out of range and taken",
    spec: {
      type: "NodePort",
      ports: [
        { name: "a", port: 80, nodePort: 80 },
        { name: "b", port: 81, nodePort: 31001 },
      ],
    },
    errors: [
      "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
      "spec.ports[1].nodePort: Invalid value: 31001: provided port is already allocated",
    ],
  },
  {
    title: "two stacks where there is one",
    spec: { ports, ipFamilyPolicy: "RequireDualStack" },
    errors: [
      'spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
    ],
  },
  {
    title: "a family that the cluster has not",
    spec: { ports, ipFamilies: ["IPv6"] },
    errors: ['spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster'],
  },
];

for (const { title, spec, errors } of refused) {
  test(`${title} is refused`, (t) => {
    const cluster = new Cluster();
    cluster.spec("other", {
      type: "NodePort",
      clusterIP: "10.96.0.20",
      ports: [{ port: 80, nodePort: 31001 }],
    });
    t.deepEqual(cluster.write("s", spec), errors);
  });
}

test("what nobody asks for comes from above the band that is for asking", (t) => {
  const cluster = new Cluster();
  for (let index = 0; index < 100; index++) {
    const { clusterIP = "", ports: given = [] } = cluster.spec(`s${index}`, {
      type: "NodePort",
      ports,
    });
    const [, , third = 0, fourth = 0] = clusterIP.split(".").map(Number);
    // 256 addresses after the network's own, and 86 ports.
    t.true(third * 256 + fourth > 256, clusterIP);
    t.true((given[0]?.nodePort ?? 0) >= 30_086);
  }
  const addresses = cluster.store.list("Service").map(({ spec }) => spec.clusterIP);
  t.is(new Set(addresses).size, 100);
});

test("a range without room above its band gives the band, and then nothing", (t) => {
  const small = { ...ranges, cidrs: [cidr("10.96.0.0/28")], reserved: new Map() };
  const cluster = new Cluster(small);
  // 14 usable addresses, one of which is the API server's.
  for (let index = 0; index < 13; index++) cluster.spec(`s${index}`, { ports });
  t.deepEqual(cluster.write("last", { ports }), [
    "spec.clusterIPs: Internal error: failed to allocate a serviceIP: range is full",
  ]);
});

test("the same seed gives the same addresses", (t) => {
  const pick = (seed: string): unknown => {
    const { clusterIP, ports: given } = new Cluster(ranges, seed).spec("s", {
      type: "NodePort",
      ports,
    });
    return [clusterIP, given];
  };
  t.deepEqual(pick("a"), pick("a"));
  t.notDeepEqual(pick("a"), pick("b"));
});

test("an update keeps address and node port; a change of type releases them", (t) => {
  const cluster = new Cluster();
  const before = cluster.spec("s", { type: "NodePort", ports });
  const kept = cluster.spec("s", { type: "NodePort", ports: [{ port: 80, targetPort: 8080 }] });
  t.is(kept.clusterIP, before.clusterIP);
  t.is(kept.ports?.[0]?.nodePort, before.ports?.[0]?.nodePort);
  const inside = cluster.spec("s", { type: "ClusterIP", ports });
  t.is(inside.clusterIP, before.clusterIP);
  t.is(inside.ports?.[0]?.nodePort, undefined);
  cluster.spec("s", { type: "ExternalName", externalName: "db.example.com" });
  const heir = cluster.spec("heir", {
    type: "NodePort",
    clusterIP: before.clusterIP,
    ports: [{ port: 80, nodePort: before.ports?.[0]?.nodePort }],
  });
  t.is(heir.clusterIP, before.clusterIP);
});

test("a load balancer for local endpoints gets a port for health checks, and loses it with the policy", (t) => {
  const cluster = new Cluster();
  const local = cluster.spec("s", { type: "LoadBalancer", externalTrafficPolicy: "Local", ports });
  t.true((local.healthCheckNodePort ?? 0) >= 30_000);
  const again = cluster.spec("s", { type: "LoadBalancer", externalTrafficPolicy: "Local", ports });
  t.is(again.healthCheckNodePort, local.healthCheckNodePort);
  t.is(
    cluster.spec("s", { ...again, externalTrafficPolicy: "Cluster" }).healthCheckNodePort,
    undefined,
  );
});

test("the API server's Service has the first address, DNS the one kept for it", (t) => {
  const cluster = new Cluster();
  const api = kubernetesService(cidr("10.96.0.0/16"), { addresses: [], port: 6443 });
  t.is(cluster.spec("kubernetes", api.spec).clusterIP, "10.96.0.1");
  const dns = cluster.spec("kube-dns", { clusterIP: "10.96.0.10", ports }, "kube-system");
  t.is(dns.clusterIP, "10.96.0.10");
});
