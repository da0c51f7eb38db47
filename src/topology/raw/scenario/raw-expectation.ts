/** The right-hand sides of `expect`, as written. */
import * as z from "zod";
import { failureReasons } from "../../scenario/expectation.ts";
import { durationText, port, rateText, sentence } from "../scalar-schemas.ts";

export type RawBounds =
  | number
  | {
      readonly count?: number | undefined;
      readonly atLeast?: number | undefined;
      readonly atMost?: number | undefined;
    };

export interface RawDurationBounds {
  readonly atLeast?: string | undefined;
  readonly atMost?: string | undefined;
}

export interface RawRateBounds {
  readonly atLeast?: string | undefined;
  readonly atMost?: string | undefined;
}

export type RawText =
  | string
  | {
      readonly equals?: string | undefined;
      readonly contains?: string | undefined;
      readonly matches?: string | undefined;
    };

export type RawAddresses = string | readonly string[];

export interface RawServerSaw {
  readonly source?: RawAddresses | undefined;
  readonly sourcePort?: number | undefined;
  readonly destination?: RawAddresses | undefined;
  readonly destinationPort?: number | undefined;
  readonly pod?: string | undefined;
  readonly host?: string | undefined;
}

export interface RawProbeExpectation {
  readonly ok?: boolean | undefined;
  readonly reason?: (typeof failureReasons)[number] | undefined;
  readonly serverSaw?: RawServerSaw | undefined;
  readonly status?: number | undefined;
  readonly body?: RawText | undefined;
  readonly ttl?: number | undefined;
  readonly latency?: RawDurationBounds | undefined;
  readonly throughput?: RawRateBounds | undefined;
  readonly answers?: readonly string[] | undefined;
  readonly rcode?: string | undefined;
  readonly queries?: readonly string[] | undefined;
  readonly hops?: readonly RawAddresses[] | undefined;
  readonly path?: readonly string[] | undefined;
  readonly answered?: RawBounds | undefined;
  readonly distinctPods?: RawBounds | undefined;
  readonly outage?: RawDurationBounds | undefined;
}

export interface RawExecExpectation {
  readonly exitCode?: number | undefined;
  readonly stdout?: RawText | undefined;
  readonly stderr?: RawText | undefined;
}

const count = z.int().min(0);

export const rawBounds: z.ZodType<RawBounds> = z.union([
  count,
  z.strictObject({
    count: count.optional().describe("exactly this many"),
    atLeast: count.optional().describe("this many or more"),
    atMost: count.optional().describe("this many or fewer"),
  }),
]);

const text: z.ZodType<RawText> = z.union([
  z.string(),
  z.strictObject({
    equals: z.string().optional().describe("exactly this text"),
    contains: z.string().optional().describe("this text somewhere"),
    matches: z.string().optional().describe("a regular expression"),
  }),
]);

const addresses: z.ZodType<RawAddresses> = z.union([sentence, z.array(sentence).min(1)]);

const durationBounds: z.ZodType<RawDurationBounds> = z.strictObject({
  atLeast: durationText.optional().describe("this long or longer"),
  atMost: durationText.optional().describe("this long or shorter"),
});

export const rawProbeExpectation: z.ZodType<RawProbeExpectation> = z.strictObject({
  ok: z.boolean().optional().describe("true unless given, or false when a reason is given"),
  reason: z.enum(failureReasons).optional().describe("why it must fail"),
  serverSaw: z
    .strictObject({
      source: addresses.optional().describe("the client's address, after every NAT on the way"),
      sourcePort: port.optional().describe("the client's port, after every NAT on the way"),
      destination: addresses.optional().describe("where the server itself was reached"),
      destinationPort: port.optional().describe("the port at which the server was reached"),
      pod: sentence.optional().describe("which pod answered: pod/NS/NAME, deploy/NS/NAME, …"),
      host: sentence.optional().describe("which outside host answered: its name"),
    })
    .optional()
    .describe("what the server saw of the connection; podwire's own responder tells"),
  status: z.int().min(100).max(599).optional().describe("http: the status"),
  body: text.optional().describe("http: the body; tcp and udp: the text received"),
  ttl: z.int().min(0).max(255).optional().describe("ping: the TTL of the reply on arrival"),
  latency: durationBounds.optional().describe("of every attempt"),
  throughput: z
    .strictObject({
      atLeast: rateText.optional().describe("this much or more: 10mbit"),
      atMost: rateText.optional().describe("this much or less"),
    })
    .optional()
    .describe("throughput: of every attempt"),
  answers: z
    .array(z.string())
    .optional()
    .describe("dns: the data of the answers in any order; [] for none"),
  rcode: sentence.optional().describe("dns: NOERROR, NXDOMAIN, SERVFAIL, …"),
  queries: z
    .array(sentence)
    .optional()
    .describe(
      "dns, and probes of a name: every query in order: NAME, NAME TYPE or NAME TYPE RCODE",
    ),
  hops: z
    .array(addresses)
    .optional()
    .describe('traceroute: every hop in order, the target last; "*" for one that does not answer'),
  path: z
    .array(sentence)
    .optional()
    .describe("every machine that the first packet passes, in order, without switches"),
  answered: rawBounds.optional().describe("how many of the attempts succeed"),
  distinctPods: rawBounds.optional().describe("by how many different pods they are answered"),
  outage: durationBounds
    .optional()
    .describe("during: the longest time without an answer, in place of `ok`"),
});

export const rawExecExpectation: z.ZodType<RawExecExpectation> = z.strictObject({
  exitCode: z.int().min(0).max(255).optional().describe("0 unless given"),
  stdout: text.optional().describe("what the program prints"),
  stderr: text.optional().describe("what the program prints to its standard error"),
});
