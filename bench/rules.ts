/**
 * kube-proxy's rules for many Services, rendered: `node dist/bench/rules.js [SERVICES [ROUNDS]]`. From the cluster's
 * model to the text that the kernel's programs read, with nothing remembered from a round before: the
 * objects of each round are new. Then one endpoint changes in the store, and from there the text of the partial sync is made.
 */

import type { EndpointSlice } from "../src/api/objects/service.ts";
import { Store } from "../src/api/store/store.ts";
import { cachedServiceRules as iptablesRules } from "../src/components/kube-proxy/iptables/service-rules/rules-cache.ts";
import { iptablesSettings } from "../src/components/kube-proxy/iptables/settings.ts";
import {
  initialState,
  planSync as planIptables,
} from "../src/components/kube-proxy/iptables/sync/sync-plan.ts";
import { ipvsSettings } from "../src/components/kube-proxy/ipvs/settings.ts";
import {
  cleanState,
  goalOf,
  planSync as planIpvs,
} from "../src/components/kube-proxy/ipvs/sync/sync-plan.ts";
import type { ClusterModel } from "../src/components/kube-proxy/model/cluster/cluster-model.ts";
import { clusterModelOf } from "../src/components/kube-proxy/model/cluster/shared-model.ts";
import { cachedServiceRules as nftablesRules } from "../src/components/kube-proxy/nftables/service-rules/rules-cache.ts";
import { nftablesSettings } from "../src/components/kube-proxy/nftables/settings.ts";
import {
  planSync as planNftables,
  stateOfTable,
} from "../src/components/kube-proxy/nftables/sync/sync-plan.ts";
import { sampleConfigOf, sampleNode } from "../src/components/kube-proxy/testing/sample-node.ts";
import { median, printFigure } from "./figure.ts";
import { manyServices } from "./many-services.ts";

const serviceCount = Number(process.argv[2] ?? 10_000);
const count = Number(process.argv[3] ?? 10);
const ENDPOINTS = 5;

/** One mode: makes a function that answers the text of one sync after the other. */
interface Renderer {
  readonly name: string;
  readonly start: () => (cluster: ClusterModel) => readonly string[];
}

interface Rendered {
  readonly ms: number;
  /** Of the processor, the collector's threads included: what a busy machine changes less. */
  readonly cpuMs: number;
}

const renderers: readonly Renderer[] = [
  {
    name: "iptables",
    start: () => {
      const config = sampleConfigOf("iptables");
      const settings = iptablesSettings(config, sampleNode, "ipv4");
      const rulesOf = iptablesRules(settings);
      let state = initialState();
      return (cluster) => {
        const plan = planIptables(state, { cluster, settings, config, nowMs: 0, rulesOf });
        state = plan.next;
        return [plan.payload];
      };
    },
  },
  {
    name: "nftables",
    start: () => {
      const config = sampleConfigOf("nftables");
      const settings = nftablesSettings(config, sampleNode, "ipv4");
      const rulesOf = nftablesRules(settings);
      let state = stateOfTable();
      return (cluster) => {
        const plan = planNftables(state, { cluster, settings, config, nowMs: 0, rulesOf });
        state = plan.next;
        return plan.transactions;
      };
    },
  },
  {
    name: "ipvs",
    start: () => {
      const config = sampleConfigOf("ipvs");
      const settings = ipvsSettings(config, sampleNode, "ipv4");
      let state = cleanState;
      return (cluster) => {
        const input = { cluster, settings, config, nowMs: 0 };
        const plan = planIpvs(state, input, goalOf(state, input));
        state = plan.next;
        return [plan.servers.join("\n"), plan.sets.join("\n"), plan.rules];
      };
    },
  },
];

function measured<T>(into: Rendered[], work: () => T): T {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(before);
  into.push({ ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
  return result;
}

/** The texts as the program gets them; their length in bytes. */
const encoded = (texts: readonly string[]): number =>
  texts.reduce((bytes, text) => bytes + Buffer.byteLength(text), 0);

const options = { family: "ipv4", loadBalancerIPMode: true } as const;
const models: Rendered[] = [];

function report(what: string, rendered: readonly Rendered[]): void {
  const figure = (suffix: string, rounds: readonly number[]): void =>
    printFigure({
      bench: "rules",
      what: what + suffix,
      unit: "ms",
      podwire: median(rounds),
      rounds,
    });
  figure(
    "",
    rendered.map(({ ms }) => ms),
  );
  figure(
    ": processor time",
    rendered.map(({ cpuMs }) => cpuMs),
  );
}

const services = `${serviceCount.toLocaleString("en")} Services × ${ENDPOINTS} endpoints`;
for (const { name, start } of renderers) {
  const full: Rendered[] = [];
  const partial: Rendered[] = [];
  let size = "";
  for (let round = 0; round < count; round++) {
    const store = new Store();
    const objects = manyServices(serviceCount, ENDPOINTS);
    for (const object of [...objects.services, ...objects.slices]) store.create(object);
    const render = start();
    const cluster = measured(models, () => clusterModelOf(store, options));
    const bytes = measured(full, () => encoded(render(cluster)));
    store.update(withOtherEndpoint(store.list("EndpointSlice")[round]));
    measured(partial, () => encoded(render(clusterModelOf(store, options))));
    size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  }
  report(`${name}: ${services} (${size})`, full);
  report(`${name}: one endpoint of them changed`, partial);
}
report(`${services}: the model of the store's objects, for all modes and nodes`, models);

function withOtherEndpoint(slice: EndpointSlice | undefined): EndpointSlice {
  if (slice === undefined) throw new Error("there are no slices");
  return {
    ...slice,
    endpoints: [...slice.endpoints.slice(1), { addresses: ["10.255.0.1"] }],
  };
}
