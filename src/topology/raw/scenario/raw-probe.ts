/** A probe as written: one of the kinds, and its options. */
import * as z from "zod";
import { durationText, port, sentence } from "../scalar-schemas.ts";

export interface RawProbe {
  readonly from: string;
  readonly ping?: string | undefined;
  readonly tcp?: string | undefined;
  readonly udp?: string | undefined;
  readonly http?: string | undefined;
  readonly dns?: string | undefined;
  readonly traceroute?: string | undefined;
  readonly arp?: string | undefined;
  readonly throughput?: string | undefined;
  readonly count?: number | undefined;
  readonly timeout?: string | undefined;
  readonly ipFamily?: "IPv4" | "IPv6" | undefined;
  readonly sourcePort?: number | undefined;
  readonly size?: number | undefined;
  readonly dontFragment?: boolean | undefined;
  readonly maxHops?: number | undefined;
  readonly duration?: string | undefined;
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly recordType?: string | undefined;
  readonly overTcp?: boolean | undefined;
  readonly server?: string | undefined;
}

export const rawProbe: z.ZodType<RawProbe> = z.strictObject({
  from: sentence.describe("node/NAME, pod/NS/NAME, deploy/NS/NAME (one of its pods), host/NAME"),
  ping: sentence.optional().describe("ICMP echo to a place or an address"),
  tcp: sentence.optional().describe("connect to PLACE:PORT and read what the server saw"),
  udp: sentence.optional().describe("send a datagram to PLACE:PORT and wait for its echo"),
  http: sentence.optional().describe("GET PLACE:PORT/PATH"),
  dns: sentence.optional().describe("resolve a name"),
  traceroute: sentence.optional().describe("the routers on the way to a place or an address"),
  arp: sentence.optional().describe("who has this address, on the same link"),
  throughput: sentence
    .optional()
    .describe("send to PLACE:PORT, where podwire's responder listens, as much as goes through"),
  count: z.int().min(1).max(10_000).optional().describe("attempts, one after the other; 1"),
  timeout: durationText.optional().describe("per attempt"),
  ipFamily: z
    .enum(["IPv4", "IPv6"])
    .optional()
    .describe(
      "which of the target's addresses; of a dual-stack cluster's first family unless given",
    ),
  sourcePort: port.optional().describe("tcp, udp, http, throughput: the local port"),
  size: z.int().min(0).max(65_507).optional().describe("ping: bytes behind the ICMP header; 56"),
  dontFragment: z.boolean().optional().describe("ping: set DF"),
  maxHops: z.int().min(1).max(255).optional().describe("traceroute: how far to look; 30"),
  duration: durationText.optional().describe("throughput: how long to send; 1s"),
  method: sentence.optional().describe("http: GET unless given"),
  headers: z.record(z.string(), z.string()).optional().describe("http: request headers"),
  body: z.string().optional().describe("http: the body to send; tcp, udp: the text to send"),
  recordType: sentence.optional().describe("dns: A unless given"),
  overTcp: z.boolean().optional().describe("dns: ask over TCP"),
  server: sentence.optional().describe("dns: whom to ask; the first of resolv.conf unless given"),
});
