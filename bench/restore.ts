/**
 * How long the kernel's programs take to load kube-proxy's rules, by mode and number of Services:
 * `node dist/bench/restore.js [SERVICES…]`, inside a sandbox. Each load goes into a new netns; then one endpoint
 * changes, and the partial sync is loaded on top.
 */
import { execFileSync } from "node:child_process";
import { IptablesProxier } from "../src/components/kube-proxy/iptables/proxier.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../src/components/kube-proxy/model/cluster-model.ts";
import type { Proxier } from "../src/components/kube-proxy/model/proxier.ts";
import { NftablesProxier } from "../src/components/kube-proxy/nftables/proxier.ts";
import { sampleConfigOf, sampleNode } from "../src/components/kube-proxy/sample-cluster.ts";
import { Netns } from "../src/kernel/netns.ts";
import { findProgram } from "../src/kernel/programs.ts";
import { median, printFigure } from "./figure.ts";
import { manyServices } from "./many-services.ts";

const sizes = process.argv.slice(2).map(Number);
/** Ten thousand take minutes, and are measured only when they are asked for. */
const serviceCounts = sizes.length > 0 ? sizes : [100, 300, 1_000, 3_000];
const ENDPOINTS = 5;
const options = { family: "ipv4", loadBalancerIPMode: true } as const;

interface Loader {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
  /** More Services than this it is not given: the program's time grows with their square. */
  readonly most: number;
  /** A proxier that hands `load` what it writes. */
  readonly start: (load: (text: string) => void) => Proxier;
}

const family = "ipv4";
const iptables = (load: (text: string) => void): Proxier =>
  new IptablesProxier({
    family,
    config: sampleConfigOf("iptables"),
    restore: async (payload) => load(payload),
  });
const loaders: readonly Loader[] = [
  {
    name: "iptables-nft",
    file: "iptables-nft-restore",
    args: ["--noflush", "--counters"],
    most: 1_000,
    start: iptables,
  },
  {
    name: "iptables-legacy",
    file: "iptables-legacy-restore",
    args: ["--noflush", "--counters"],
    most: Number.POSITIVE_INFINITY,
    start: iptables,
  },
  {
    name: "nftables",
    file: "nft",
    args: ["-f", "-"],
    most: Number.POSITIVE_INFINITY,
    start: (load) =>
      new NftablesProxier({
        family,
        config: sampleConfigOf("nftables"),
        kernel: {
          nftApply: async (script) => load(script),
          nftListTable: () => Promise.resolve(undefined),
        },
      }),
  },
];

/** Milliseconds that each sync's load took: of the whole, then of one endpoint that changed. */
async function measure(
  { file, args, start }: Loader,
  netnsName: string,
  clusters: readonly ClusterModel[],
): Promise<readonly number[]> {
  using netns = Netns.create(netnsName);
  const program = findProgram(file);
  if (program === undefined) throw new Error(`${file} is not installed`);
  const took: number[] = [];
  const proxier = start((input) => {
    const startedAt = performance.now();
    netns.enter(() =>
      execFileSync(program, args, {
        input,
        stdio: ["pipe", "ignore", "inherit"],
        env: { ...process.env, XTABLES_LOCKFILE: `/run/xtables-${netnsName}.lock` },
      }),
    );
    took.push(performance.now() - startedAt);
  });
  for (const cluster of clusters) await proxier.sync({ cluster, node: sampleNode, nowMs: 0 });
  return took;
}

for (const count of serviceCounts) {
  const objects = manyServices(count, ENDPOINTS);
  const first = buildClusterModel(objects, options);
  const [slice, ...others] = objects.slices;
  if (slice === undefined) throw new Error("there are no slices");
  const endpoints = [...slice.endpoints.slice(1), { addresses: ["10.255.0.1"] }];
  const changed = { services: objects.services, slices: [{ ...slice, endpoints }, ...others] };
  const clusters = [first, buildClusterModel(changed, options, first)];
  const rounds = count > 1_000 ? 1 : 3;
  for (const loader of loaders.filter(({ most }) => count <= most)) {
    const full: number[] = [];
    const partial: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const [whole = 0, part = 0] = await measure(
        loader,
        `restore-${loader.name}-${count}-${round}`,
        clusters,
      );
      full.push(whole);
      partial.push(part);
    }
    const services = `${count.toLocaleString("en")} Services`;
    for (const [what, values] of [
      [`${loader.name}: ${services} loaded`, full],
      [`${loader.name}: one endpoint of ${services} changed`, partial],
    ] as const) {
      printFigure({ bench: "restore", what, unit: "ms", podwire: median(values), rounds: values });
    }
  }
}
