/**
 * One change, until the kernels of ten nodes have it: `node dist/bench/nodes.js [MODE…] [SERVICES…]`, inside a sandbox. Ten kube-proxies
 * watch one store and write to ten netns. Measured from the write to the store until the last node has taken it up, and of the
 * processor everything that this takes: ours, the programs' and, in their system calls, the kernel's.
 */
import { readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { pino } from "pino";
import type { EndpointSlice } from "../src/api/objects/service.ts";
import { Store } from "../src/api/store/store.ts";
import { HostError } from "../src/base/podwire-error.ts";
import type { ProxyMode } from "../src/components/kube-proxy/config/config.ts";
import { KubeProxy } from "../src/components/kube-proxy/kube-proxy.ts";
import type { ProxyKernel } from "../src/components/kube-proxy/model/proxy-kernel.ts";
import { proxyMode } from "../src/components/kube-proxy/proxy-modes.ts";
import { refusingKernel } from "../src/components/kube-proxy/testing/refusing-kernel.ts";
import { sampleConfigOf } from "../src/components/kube-proxy/testing/sample-node.ts";
import { setLoopbackUp } from "../src/kernel/devices/loopback.ts";
import { Rtnetlink } from "../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../src/kernel/netns.ts";
import { ipvsIn } from "../src/kernel/rules/ipvs.ts";
import { IpvsNetlink } from "../src/kernel/rules/ipvs-netlink.ts";
import { runRestore } from "../src/kernel/rules/restore.ts";
import { ipAddress } from "../src/net/ip-address.ts";
import { median, printFigure } from "./figure.ts";
import { manyServices } from "./many-services.ts";

const words = process.argv.slice(2);
const sizes = words.filter((word) => Number(word) > 0).map(Number);
const serviceCounts = sizes.length > 0 ? sizes : [1_000];
/** All where none is named. */
const names = words.filter((word) => !(Number(word) > 0));
const NODES = 10;
const ENDPOINTS = 5;
const ROUNDS = 10;
const bench = "nodes";

interface Writer {
  readonly name: string;
  readonly mode: ProxyMode;
  readonly kernelOf: (netns: Netns) => Partial<ProxyKernel>;
}

const writers: readonly Writer[] = [
  ...(["iptables-nft", "iptables-legacy"] as const).map((name) => ({
    name,
    mode: "iptables" as const,
    kernelOf: (netns: Netns) => ({
      iptablesRestore: restorer(netns, `${name}-restore`, ["--noflush", "--counters"]),
    }),
  })),
  {
    name: "nftables",
    mode: "nftables",
    kernelOf: (netns) => ({ nftApply: restorer(netns, "nft", ["-f", "-"]) }),
  },
  {
    name: "ipvs",
    mode: "ipvs",
    kernelOf: (netns) => {
      // Where no device is up there are no routes, and IPVS takes every real server for a broadcast.
      netns.enter(setLoopbackUp);
      const iptablesRestore = restorer(netns, "iptables-nft-restore", ["--noflush", "--counters"]);
      return { iptablesRestore, ipvs: ipvsIn(netns, Rtnetlink.of(netns)) };
    },
  },
];

interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
  /** Of the processor time what passed in system calls. */
  readonly kernelMs: number;
}

for (const count of serviceCounts) {
  for (const writer of writers) {
    if (names.length > 0 && !names.includes(writer.name)) continue;
    if (writer.mode !== "ipvs" || hasIpvs()) await measure(writer, count);
  }
}

/** Not every kernel has IPVS. */
function hasIpvs(): boolean {
  using netns = Netns.create("ipvs-or-not");
  try {
    IpvsNetlink.of(netns);
    return true;
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    process.stderr.write("podwire: mode ipvs is left out, since this kernel lacks it\n");
    return false;
  }
}

/** Hands a whole payload to a program in the netns. */
function restorer(
  netns: Netns,
  file: string,
  args: readonly string[],
): (input: string) => Promise<void> {
  const env = { XTABLES_LOCKFILE: `/run/xtables-${netns.name}.lock` };
  return async (input) => void (await runRestore({ netns, file, args, input, env }));
}

async function measure(writer: Writer, count: number): Promise<void> {
  const store = new Store();
  const { services, slices } = manyServices(count, ENDPOINTS);
  for (const object of [...services, ...slices]) store.create(object);
  const first: Cost[] = [];
  const changed: Cost[] = [];
  const names = Array.from({ length: NODES }, (_, index) => `${writer.name}-${count}-${index}`);
  const nodes = names.map((name) => Netns.create(name));
  const proxies: KubeProxy[] = [];
  const allSynced = (): Promise<unknown> => Promise.all(proxies.map((proxy) => proxy.synced()));
  try {
    await costOf(first, () => {
      proxies.push(...nodes.map((netns, index) => startProxy(netns, { index, writer, store })));
      return allSynced();
    });
    for (let round = 0; round < ROUNDS; round++) {
      await Promise.all(proxies.map((proxy) => proxy.whenIdle()));
      // A single change is measured: of many in a row each waits until the one before has had its rest.
      await setTimeout(3 * (changed.at(-1)?.ms ?? 0));
      await costOf(changed, () => {
        store.update(withOtherEndpoint(store.list("EndpointSlice")[round]));
        return allSynced();
      });
    }
  } finally {
    for (const proxy of proxies) await proxy[Symbol.asyncDispose]();
    for (const netns of nodes) netns[Symbol.dispose]();
  }
  const what = `${writer.name}: ${count.toLocaleString("en")} Services on ${NODES} nodes`;
  report(`${what}: all written`, first);
  report(`${what}: one endpoint changed`, changed);
}

function startProxy(
  netns: Netns,
  {
    index,
    writer,
    store,
  }: { readonly index: number; readonly writer: Writer; readonly store: Store },
): KubeProxy {
  const { mode, kernelOf } = writer;
  const options = {
    nodeName: `node${index}`,
    nodeIP: ipAddress(`192.168.0.${index + 1}`),
    // As often as there is something: what is measured is the work, not the pauses.
    config: { ...sampleConfigOf(mode), minSyncPeriodMs: 0 },
    store,
    log: pino({ level: "silent" }),
  };
  const kernel = { ...refusingKernel, ...kernelOf(netns) };
  return new KubeProxy(proxyMode(mode).createProxier({ ...options, kernel }), options);
}

/** Of this process and of those that it has started and that have ended. */
async function costOf(costs: Cost[], work: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const childrenBefore = childrenTimes();
  await work();
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - startedAt;
  const children = childrenTimes();
  const kernelMs = system / 1_000 + children.kernelMs - childrenBefore.kernelMs;
  costs.push({
    ms,
    cpuMs: user / 1_000 + children.userMs - childrenBefore.userMs + kernelMs,
    kernelMs,
  });
}

/** The kernel counts them in hundredths of a second. @see proc_pid_stat(5), fields cutime and cstime */
function childrenTimes(): { readonly userMs: number; readonly kernelMs: number } {
  const stat = readFileSync("/proc/self/stat", "latin1");
  // The name before may hold spaces; the fields after it are numbered from 3.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { userMs: Number(fields[16 - 3]) * 10, kernelMs: Number(fields[17 - 3]) * 10 };
}

function report(what: string, costs: readonly Cost[]): void {
  const figures = [
    [what, costs.map(({ ms }) => ms)],
    [`${what}: processor time`, costs.map(({ cpuMs }) => cpuMs)],
    [`${what}: of it in the kernel`, costs.map(({ kernelMs }) => kernelMs)],
  ] as const;
  for (const [title, rounds] of figures) {
    printFigure({ bench, what: title, unit: "ms", podwire: median(rounds), rounds });
  }
}

function withOtherEndpoint(slice: EndpointSlice | undefined): EndpointSlice {
  if (slice === undefined) throw new Error("there are no slices");
  return {
    ...slice,
    endpoints: [...slice.endpoints.slice(1), { addresses: ["10.255.0.1"] }],
  };
}
