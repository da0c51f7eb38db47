/** What a step expects: the right-hand sides of `expect`, resolved. */

import type { Machine, PodPlace, WorkloadPlace } from "../where/where.ts";
import type { ReferencePlace, Template } from "./template.ts";

/** A count or a time in milliseconds, within bounds that belong to it. */
export interface Bounds {
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
}

/** Text equals, contains or matches; all that are given must hold. */
export interface TextExpectation {
  readonly equals: Template | undefined;
  readonly contains: Template | undefined;
  /** A regular expression, JavaScript's, with the `u` and `s` flags. */
  readonly matches: string | undefined;
}

/** Any address of any of these places. */
export interface AddressExpectation {
  readonly anyOf: readonly ReferencePlace[];
}

/** What the server saw of the connection, as podwire's responder reports it. */
export interface ServerSawExpectation {
  readonly source: AddressExpectation | undefined;
  readonly sourcePort: number | undefined;
  /** Where the server was reached: after DNAT, the pod's own address. */
  readonly destination: AddressExpectation | undefined;
  readonly destinationPort: number | undefined;
  /** Which pod answered: this one, or any of the workload's. */
  readonly pod: PodPlace | WorkloadPlace | undefined;
  /** Which outside host answered. */
  readonly host: string | undefined;
}

/** `NAME`, `NAME TYPE` or `NAME TYPE RCODE`. */
export interface QueryExpectation {
  readonly name: string;
  readonly type: string | undefined;
  readonly rcode: string | undefined;
}

/** As the kernel or the wire says it. */
export const failureReasons = [
  "refused",
  "reset",
  "unreachable",
  "not sent",
  "time exceeded",
  "too big",
  "timed out",
  "bad answer",
  "no such name",
] as const;

type FailureReason = (typeof failureReasons)[number];

/** Everything that is given must hold for every attempt, unless it speaks of all of them. */
export interface ProbeExpectation {
  /** True unless the scenario says otherwise or gives a reason to fail. */
  readonly ok: boolean;
  /** Why it must fail. */
  readonly reason: FailureReason | undefined;
  readonly serverSaw: ServerSawExpectation | undefined;
  /** http. */
  readonly status: number | undefined;
  /** http: the body; tcp and udp: the text received. */
  readonly body: TextExpectation | undefined;
  /** ping: the TTL of the reply as it arrived. */
  readonly ttl: number | undefined;
  readonly latencyMs: Bounds | undefined;
  /** throughput: bits per second. */
  readonly throughput: Bounds | undefined;
  /** dns: the data of the answers, in any order. An empty list: no answer. */
  readonly answers: readonly Template[] | undefined;
  /** dns: `NOERROR`, `NXDOMAIN`, … */
  readonly rcode: string | undefined;
  /** dns, and probes of a name: every query in order. An empty list: nobody was asked. */
  readonly queries: readonly QueryExpectation[] | undefined;
  /** traceroute: every hop in order, the target the last; `"*"` is one that does not answer. */
  readonly hops: ReadonlyArray<AddressExpectation | "*"> | undefined;
  /** Every machine that the first packet passes, in order, without switches; where it is lost, that is the last. */
  readonly path: readonly Machine[] | undefined;
  /** Of all attempts: how many succeeded. With it, `ok` is not asked. */
  readonly answered: Bounds | undefined;
  /** Of all attempts: by how many different pods they were answered. */
  readonly distinctPods: Bounds | undefined;
  /** Of a probe that is repeated `during` other steps: the longest time without an answer. With it, `ok` is not asked. */
  readonly outageMs: Bounds | undefined;
}

export interface ExecExpectation {
  readonly exitCode: number;
  readonly stdout: TextExpectation | undefined;
  readonly stderr: TextExpectation | undefined;
}
