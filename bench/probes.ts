/**
 * Probes a second from a pod to a ClusterIP, by the library: `node dist/bench/probes.js [ROUNDS]`.
 * A probe opens a connection of its own, sends, reads what the server says of it, and closes.
 */
import { fileURLToPath } from "node:url";
import type { Lab } from "../src/lab/lab.ts";
import { up } from "../src/lab/up.ts";
import type { ProbeKind } from "../src/net/probe-kind.ts";
import { median, printFigure, rounds, timed } from "./figure.ts";

const count = Number(process.argv[2] ?? 5);
const PROBES = 1000;
const AT_ONCE = 32;
const topology = fileURLToPath(new URL("../../topologies/voting-app.yaml", import.meta.url));
const targets = { tcp: "svc/vote/redis:6379", http: "svc/vote/vote:8080" } as const;
type Kind = keyof typeof targets & ProbeKind;

async function probe(lab: Lab, kind: Kind, attempts: number): Promise<void> {
  const request = { kind, from: "deploy/vote/worker", to: targets[kind], count: attempts };
  const result = await lab.probe(request);
  if (!result.ok || result.attempts.length !== attempts) {
    throw new Error(`${kind}: ${result.attempts.find(({ ok }) => !ok)?.message ?? "too few"}`);
  }
}

/** How the same number of probes is asked for. */
const ways: Readonly<Record<string, (lab: Lab, kind: Kind) => Promise<unknown>>> = {
  "one call with count: 1000": (lab, kind) => probe(lab, kind, PROBES),
  "a call each, one after the other": async (lab, kind) => {
    for (let index = 0; index < PROBES; index++) await probe(lab, kind, 1);
  },
  "a call each, 32 at a time": async (lab, kind) => {
    let started = 0;
    const callers = Array.from({ length: AT_ONCE }, async () => {
      while (started++ < PROBES) await probe(lab, kind, 1);
    });
    await Promise.all(callers);
  },
};

for (const kind of ["tcp", "http"] as const) {
  for (const [way, work] of Object.entries(ways)) {
    // A lab each: the client's end of a connection keeps its port for a minute, and a pod has 28,232.
    await using lab = await up(topology);
    await work(lab, kind);
    const rates = await rounds(
      count,
      async () => PROBES / ((await timed(() => work(lab, kind))) / 1000),
    );
    const what = `${kind} probes: ${way}`;
    printFigure({ bench: "probes", what, unit: "/s", podwire: median(rates), rounds: rates });
  }
}
