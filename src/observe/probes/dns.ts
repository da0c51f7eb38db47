/** Resolves a name as a program at that place would. */
import { encodeDnsQuery } from "../../wire/packet/dns/encode.ts";
import { dnsTypeNumber } from "../../wire/packet/dns/record.ts";
import type { ProbeAttempt } from "../probe.ts";
import type { ResolvConf } from "../resolv-conf.ts";
import {
  type AskDns,
  type DnsQuestionToAsk,
  type Resolution,
  resolveName,
} from "../resolve-name.ts";
import { askDns } from "./ask-dns.ts";
import { failedAttempt, type ProbeAim, since } from "./attempt.ts";

const DNS_PORT = 53;
/** What programs that want to connect ask for. */
const addressTypes: readonly string[] = ["A", "AAAA"];

/** Where a lookup starts; of a probe's aim it is that much. */
export type DnsAim = Pick<ProbeAim, "netns" | "options" | "sightings" | "signal">;

/** The place's nameservers are asked, its search list gone through. */
export async function probeDns(
  aim: DnsAim,
  name: string,
  resolvConf: ResolvConf,
): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const { recordType } = aim.options;
  const types = recordType === undefined ? addressTypes : [recordType.toUpperCase()];
  const { queries, failure } = await lookUp(aim, name, types, resolvConf);
  if (failure === undefined) return { ok: true, latencyMs: since(startedAt), queries };
  return { ...failedLookup(failure, startedAt), queries };
}

/** The same words as for any other packet that did not get there. */
export function failedLookup(
  { reason, message, error }: NonNullable<Resolution["failure"]>,
  startedAt: number,
): ProbeAttempt {
  if (error !== undefined) return failedAttempt(error, startedAt);
  return { ok: false, latencyMs: since(startedAt), reason, message };
}

/** @param types `A` and the like; of one that is no type nothing is known. */
export function lookUp(
  aim: DnsAim,
  name: string,
  types: readonly string[],
  resolvConf: ResolvConf,
): Promise<Resolution> {
  const endsAt = performance.now() + (aim.options.timeoutMs ?? Number.POSITIVE_INFINITY);
  const overTcp = aim.options.overTcp ?? resolvConf.overTcp;
  const ask: AskDns = (question) => {
    // A probe that says how long it wants to take does not wait for a second server.
    const leftMs = Math.max(1, endsAt - performance.now());
    return askServer(
      aim,
      { ...question, timeoutMs: Math.min(question.timeoutMs, leftMs) },
      overTcp,
    );
  };
  const hasDeadline = aim.options.timeoutMs !== undefined;
  return resolveName(name, types, hasDeadline ? { ...resolvConf, attempts: 1 } : resolvConf, ask);
}

async function askServer(
  aim: DnsAim,
  { server, name, type, timeoutMs }: DnsQuestionToAsk,
  overTcp: boolean,
): ReturnType<AskDns> {
  const id = Math.floor(Math.random() * 0x1_0000);
  const bytes = encodeDnsQuery({ id, name, type: dnsTypeNumber(type) ?? 1 });
  const at: ProbeAim = { ...aim, address: server, port: DNS_PORT, path: "", timeoutMs };
  if (!overTcp) {
    const message = await askDns(at, bytes, "udp");
    // RFC 1035 §4.2.1: what does not fit into a datagram is asked for again over TCP.
    if (!message.truncated) return { message, protocol: "udp" };
  }
  return { message: await askDns(at, bytes, "tcp"), protocol: "tcp" };
}
