/**
 * kube-proxy's rules for many Services, rendered: `node dist/bench/rules.js [SERVICES [ROUNDS]]`. From the cluster's
 * model to the text that the kernel's program reads, with nothing remembered from a round before: the
 * models of each round are new. Then one endpoint changes, and the text of the partial sync is made.
 */

import { cachedServiceRules as iptablesRules } from "../src/components/kube-proxy/iptables/rules-cache.ts";
import { iptablesSettings } from "../src/components/kube-proxy/iptables/settings.ts";
import {
  initialState,
  planSync as planIptables,
} from "../src/components/kube-proxy/iptables/sync-plan.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../src/components/kube-proxy/model/cluster-model.ts";
import { cachedServiceRules as nftablesRules } from "../src/components/kube-proxy/nftables/rules-cache.ts";
import { nftablesSettings } from "../src/components/kube-proxy/nftables/settings.ts";
import {
  planSync as planNftables,
  stateOfTable,
} from "../src/components/kube-proxy/nftables/sync-plan.ts";
import { sampleConfigOf, sampleNode } from "../src/components/kube-proxy/sample-cluster.ts";
import { median, printFigure } from "./figure.ts";
import { manyServices } from "./many-services.ts";

const serviceCount = Number(process.argv[2] ?? 10_000);
const count = Number(process.argv[3] ?? 5);
const ENDPOINTS = 5;

/** One mode: what it makes of a cluster, and then of the next. */
interface Renderer {
  readonly name: string;
  /** Answers how long the text of each sync took, and how long it is. */
  readonly render: (first: ClusterModel, next: ClusterModel) => readonly [Rendered, Rendered];
}

interface Rendered {
  readonly ms: number;
  /** Of the processor, the collector's threads included: what a busy machine changes less. */
  readonly cpuMs: number;
  readonly bytes: number;
}

const renderers: readonly Renderer[] = [
  {
    name: "iptables",
    render: (first, next) => {
      const config = sampleConfigOf("iptables");
      const settings = iptablesSettings(config, sampleNode, "ipv4");
      const rulesOf = iptablesRules(settings);
      let state = initialState();
      const sync = (cluster: ClusterModel): Rendered => {
        const ended = stopwatch();
        const plan = planIptables(state, { cluster, settings, config, nowMs: 0, rulesOf });
        const bytes = Buffer.byteLength(plan.payload);
        state = plan.next;
        return { ...ended(), bytes };
      };
      return [sync(first), sync(next)];
    },
  },
  {
    name: "nftables",
    render: (first, next) => {
      const config = sampleConfigOf("nftables");
      const settings = nftablesSettings(config, sampleNode, "ipv4");
      const rulesOf = nftablesRules(settings);
      let state = stateOfTable();
      const sync = (cluster: ClusterModel): Rendered => {
        const ended = stopwatch();
        const plan = planNftables(state, { cluster, settings, config, nowMs: 0, rulesOf });
        const bytes = Buffer.byteLength(plan.script);
        state = plan.next;
        return { ...ended(), bytes };
      };
      return [sync(first), sync(next)];
    },
  },
];

function stopwatch(): () => Pick<Rendered, "ms" | "cpuMs"> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
  };
}

const options = { family: "ipv4", loadBalancerIPMode: true } as const;

for (const { name, render } of renderers) {
  const full: Rendered[] = [];
  const partial: Rendered[] = [];
  let size = "";
  for (let round = 0; round < count; round++) {
    const objects = manyServices(serviceCount, ENDPOINTS);
    const first = buildClusterModel(objects, options);
    const [slice, ...others] = objects.slices;
    if (slice === undefined) throw new Error("there are no slices");
    const changed = {
      ...slice,
      endpoints: [...slice.endpoints.slice(1), { addresses: ["10.255.0.1"] }],
    };
    const next = buildClusterModel({ ...objects, slices: [changed, ...others] }, options, first);
    const [whole, part] = render(first, next);
    full.push(whole);
    partial.push(part);
    size = `${(whole.bytes / 2 ** 20).toFixed(1)} MiB`;
  }
  const services = `${serviceCount.toLocaleString("en")} Services × ${ENDPOINTS} endpoints`;
  const rows = [
    [`${name}: ${services} (${size})`, full],
    [`${name}: one endpoint of them changed`, partial],
  ] as const;
  for (const [what, rendered] of rows) {
    const rounds = rendered.map(({ ms }) => ms);
    printFigure({ bench: "rules", what, unit: "ms", podwire: median(rounds), rounds });
    const cpu = rendered.map(({ cpuMs }) => cpuMs);
    const whatCpu = `${what}: processor time`;
    printFigure({ bench: "rules", what: whatCpu, unit: "ms", podwire: median(cpu), rounds: cpu });
  }
}
