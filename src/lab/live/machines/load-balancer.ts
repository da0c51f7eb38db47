/** The load balancer of a lab: its rules, its questions, and its place in the underlay. */
import { text } from "node:stream/consumers";
import type { Logger } from "pino";
import type { Store } from "../../../api/store/store.ts";
import { LoadBalancer } from "../../../components/load-balancer/balancer.ts";
import type { HealthCheck } from "../../../components/load-balancer/frontends.ts";
import { policyRoutes } from "../../../components/load-balancer/render-rules.ts";
import type { Netns } from "../../../kernel/netns.ts";
import { spawnIn } from "../../../kernel/processes/process.ts";
import { nftApply } from "../../../kernel/rules/rules.ts";
import { connectTcp } from "../../../kernel/sockets/tcp.ts";
import type { LoadBalancerHost, Topology } from "../../../topology/topology.ts";
import type { Machines } from "./machines.ts";

/** How long a node may take to answer a health check. */
const CHECK_TIMEOUT_MS = 1_000;

export interface LiveBalancerOptions {
  readonly topology: Topology;
  readonly machines: Machines;
  readonly store: Store;
  readonly log: Logger;
}

/** @throws ProgramError when the machine lacks policy routing. */
export async function startLoadBalancer(
  { name, pool, mode, checkIntervalMs }: LoadBalancerHost,
  { topology, machines, store, log }: LiveBalancerOptions,
): Promise<LoadBalancer> {
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(name);
  const nodes = topology.nodes.map(({ name: node, address }) => ({ node, address }));
  await spawnIn(machines.place(name), "ip", ["-batch", "-"], { input: policyRoutes(nodes) });
  return new LoadBalancer({
    store,
    pool,
    mode,
    nodes,
    intervalMs: checkIntervalMs,
    isHealthy: (check) => isHealthy(netns, check),
    apply: (script) => nftApply(netns, script),
    log: log.child({ component: "load-balancer" }),
  });
}

async function isHealthy(netns: Netns, { address, port, path }: HealthCheck): Promise<boolean> {
  const signal = AbortSignal.timeout(CHECK_TIMEOUT_MS);
  try {
    const socket = await connectTcp(netns, {
      to: { address, port },
      timeoutMs: CHECK_TIMEOUT_MS,
      signal,
    });
    // HTTP/1.0: the end of the answer is the end of the connection.
    socket.end(`GET ${path} HTTP/1.0\r\nHost: ${address}\r\n\r\n`);
    return /^HTTP\/1\.[01] 200 /.test(await text(socket));
  } catch {
    // Nobody listens, or nobody answers in time: that is an answer, too.
    return false;
  }
}
