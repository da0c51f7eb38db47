import { formatRate } from "./describe-rate.ts";
import type { Hop, ProbeAttempt, ProbeResult, SocketAddress, Transfer } from "./probe.ts";

/** `0.41 ms, answered by vote/redis-… which saw 10.244.1.2:40312`: one attempt in a line. */
export function describeAttempt(attempt: ProbeAttempt): string {
  const { ok, latencyMs, serverSaw, status, hops, mac, queries, ttl, transfer } = attempt;
  if (!ok) return describeFailure(attempt);
  const facts = [
    `${formatMs(latencyMs)}`,
    status !== undefined && `HTTP ${status}`,
    ttl !== undefined && `TTL ${ttl}`,
    transfer !== undefined && describeTransfer(transfer),
    mac !== undefined && `is at ${mac}`,
    hops !== undefined && describeHops(hops),
    queries !== undefined && queries.length > 0 && describeQueries(queries),
    serverSaw !== undefined &&
      `answered by ${serverSaw.server}, which saw ${formatSocket(serverSaw.source)}`,
  ];
  return facts.filter((fact) => typeof fact === "string").join(", ");
}

/** Several attempts in a line: how many held, the range of their times, who answered how often. */
export function describeProbe({ attempts }: ProbeResult): string {
  const [first] = attempts;
  if (first === undefined) return "nothing was tried";
  if (attempts.length === 1) return describeAttempt(first);
  const held = attempts.filter(({ ok }) => ok);
  const failed = attempts.find(({ ok }) => !ok);
  const times = held.map(({ latencyMs }) => latencyMs);
  const facts = [
    `${held.length} of ${attempts.length} answered`,
    held.length > 0 && `${formatMs(Math.min(...times))} to ${formatMs(Math.max(...times))}`,
    describeServers(held),
    failed !== undefined && describeFailure(failed),
  ];
  return facts.filter((fact) => typeof fact === "string" && fact !== "").join(", ");
}

/** With the hops that a traceroute has found until then. */
function describeFailure({ reason, message, latencyMs, hops = [] }: ProbeAttempt): string {
  const failure = `${message ?? reason ?? "failed"} after ${formatMs(latencyMs)}`;
  return hops.length === 0 ? failure : `${failure}: ${describeHops(hops)}`;
}

/** `vote/vote-a 3, vote/vote-b 1`: who answered, most often first. */
function describeServers(attempts: readonly ProbeAttempt[]): string {
  const counts = new Map<string, number>();
  for (const { serverSaw } of attempts) {
    if (serverSaw === undefined) continue;
    counts.set(serverSaw.server, (counts.get(serverSaw.server) ?? 0) + 1);
  }
  return [...counts]
    .sort(([nameA, a], [nameB, b]) => b - a || (nameA < nameB ? -1 : 1))
    .map(([server, count]) => `${server} ${count}`)
    .join(", ");
}

function describeHops(hops: readonly Hop[]): string {
  return hops.map(({ address }) => address ?? "*").join(" / ");
}

function describeQueries(queries: NonNullable<ProbeAttempt["queries"]>): string {
  return queries
    .map(({ name, type, rcode, reason, answers }) => {
      const data = answers.map((answer) => answer.data).join(" ");
      return `${name} ${type} ${data === "" ? (rcode ?? reason ?? "no answer") : data}`;
    })
    .join("; ");
}

function describeTransfer({ bytes, seconds, bitsPerSecond }: Transfer): string {
  return `${formatRate(bitsPerSecond)} (${bytes} bytes in ${seconds.toFixed(2)} s)`;
}

export function formatSocket({ address, port }: SocketAddress): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

function formatMs(ms: number): string {
  // From here on two decimals would say 10.00.
  return `${ms < 9.995 ? ms.toFixed(2) : Math.round(ms)} ms`;
}
