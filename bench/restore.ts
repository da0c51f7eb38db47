/**
 * How long the kernel's programs take to load kube-proxy's rules, by mode and number of Services:
 * `node dist/bench/restore.js [SERVICES…]`, inside a sandbox. Each load goes into a new netns; then one endpoint
 * changes, and the partial sync is loaded on top. A program that has not loaded so many Services within a minute is not given more.
 */
import { execFileSync } from "node:child_process";
import { IptablesProxier } from "../src/components/kube-proxy/iptables/proxier.ts";
import {
  buildClusterModel,
  type ClusterModel,
} from "../src/components/kube-proxy/model/cluster/cluster-model.ts";
import type { Proxier } from "../src/components/kube-proxy/model/proxier.ts";
import { NftablesProxier } from "../src/components/kube-proxy/nftables/proxier.ts";
import { sampleConfigOf, sampleNode } from "../src/components/kube-proxy/testing/sample-node.ts";
import { Netns } from "../src/kernel/netns.ts";
import { findProgram } from "../src/kernel/programs/programs.ts";
import { median, printFigure } from "./figure.ts";
import { manyServices } from "./many-services.ts";

const sizes = process.argv.slice(2).map(Number);
const serviceCounts = sizes.length > 0 ? sizes : [100, 300, 1_000, 3_000, 10_000];
const ENDPOINTS = 5;
const LIMIT_MS = 60_000;
const options = { family: "ipv4", loadBalancerIPMode: true } as const;

interface Loader {
  readonly name: string;
  readonly file: string;
  readonly args: readonly string[];
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
    start: iptables,
  },
  {
    name: "iptables-legacy",
    file: "iptables-legacy-restore",
    args: ["--noflush", "--counters"],
    start: iptables,
  },
  {
    name: "nftables",
    file: "nft",
    args: ["-f", "-"],
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

/** Milliseconds that each sync's load took: of the whole, then of one endpoint that changed. Undefined when it took too long. */
async function measure(
  { file, args, start }: Loader,
  netnsName: string,
  clusters: readonly ClusterModel[],
): Promise<readonly number[] | undefined> {
  using netns = Netns.create(netnsName);
  const program = findProgram(file);
  if (program === undefined) throw new Error(`${file} is not installed`);
  const took: number[] = [];
  let spentMs = 0;
  const proxier = start((input) => {
    const startedAt = performance.now();
    netns.enter(() =>
      execFileSync(program, args, {
        input,
        stdio: ["pipe", "ignore", "inherit"],
        timeout: Math.max(Math.ceil(LIMIT_MS - spentMs), 1),
        killSignal: "SIGKILL",
        env: { ...process.env, XTABLES_LOCKFILE: `/run/xtables-${netnsName}.lock` },
      }),
    );
    spentMs += performance.now() - startedAt;
  });
  try {
    for (const cluster of clusters) {
      spentMs = 0;
      await proxier.sync({ cluster, node: sampleNode, nowMs: 0 });
      took.push(spentMs);
    }
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ETIMEDOUT") return undefined;
    throw error;
  }
  return took;
}

/** How many Services were too many for each. */
const tooMany = new Map<string, number>();

for (const count of serviceCounts) {
  const clusters = beforeAndAfter(count);
  for (const loader of loaders) {
    if (tooMany.has(loader.name)) continue;
    if (await report(loader, count, clusters)) continue;
    tooMany.set(loader.name, count);
    const services = `${count.toLocaleString("en")} Services`;
    process.stderr.write(`podwire: ${loader.name}: ${services}: not within ${LIMIT_MS / 1000} s\n`);
  }
}

/** The cluster, and one where an endpoint is another. */
function beforeAndAfter(count: number): readonly ClusterModel[] {
  const objects = manyServices(count, ENDPOINTS);
  const first = buildClusterModel(objects, options);
  const [slice, ...others] = objects.slices;
  if (slice === undefined) throw new Error("there are no slices");
  const endpoints = [...slice.endpoints.slice(1), { addresses: ["10.255.0.1"] }];
  const changed = { services: objects.services, slices: [{ ...slice, endpoints }, ...others] };
  return [first, buildClusterModel(changed, options, first)];
}

/** Answers whether the program was done in time. */
async function report(
  loader: Loader,
  count: number,
  clusters: readonly ClusterModel[],
): Promise<boolean> {
  const full: number[] = [];
  const partial: number[] = [];
  const rounds = count > 1_000 ? 1 : 3;
  for (let round = 0; round < rounds; round++) {
    const took = await measure(loader, `restore-${loader.name}-${count}-${round}`, clusters);
    if (took === undefined) return false;
    const [whole = 0, part = 0] = took;
    full.push(whole);
    partial.push(part);
  }
  const services = `${count.toLocaleString("en")} Services`;
  for (const { what, curve, values } of [
    { what: `${loader.name}: ${services} loaded`, curve: loader.name, values: full },
    {
      what: `${loader.name}: one endpoint of ${services} changed`,
      curve: `${loader.name}, one endpoint`,
      values: partial,
    },
  ]) {
    printFigure({
      bench: "restore",
      what,
      unit: "ms",
      podwire: median(values),
      rounds: values,
      curve: { name: curve, x: count },
    });
  }
  return true;
}
