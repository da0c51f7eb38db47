/**
 * A name looked up as glibc does it: which names are asked for, of whom, how often, and when it gives up. Pure but for
 * what `ask` does.
 *
 * @see glibc resolv/res_query.c (__res_context_search), resolv/res_send.c
 */
import { DecodeError, KernelError } from "../base/podwire-error.ts";
import { SocketError } from "../kernel/sockets/socket-error.ts";
import type { IpAddress } from "../net/ip-address.ts";
import type { DnsMessage } from "../wire/packet/dns/message.ts";
import { dnsTypeName } from "../wire/packet/dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../wire/packet/dns/text.ts";
import type { DnsQuerySeen, DnsRecordSeen, ProbeFailureReason } from "./probe.ts";
import { candidateNames, type ResolvConf } from "./resolv-conf.ts";

export interface DnsQuestionToAsk {
  readonly server: IpAddress;
  readonly name: string;
  /** `A`, `SRV`, … */
  readonly type: string;
  readonly timeoutMs: number;
}

interface DnsAnswer {
  readonly message: DnsMessage;
  readonly protocol: "udp" | "tcp";
}

/** @throws SocketError when nothing comes back, DecodeError when it is no DNS. */
export type AskDns = (question: DnsQuestionToAsk) => Promise<DnsAnswer>;

export interface Resolution {
  /** All of them, in order. */
  readonly queries: readonly DnsQuerySeen[];
  /** Of the name that has some, of all types. */
  readonly answers: readonly DnsRecordSeen[];
  /** When there are none. */
  readonly failure?: ResolutionFailure;
}

interface ResolutionFailure {
  readonly reason: ProbeFailureReason;
  readonly message: string;
  /** What was thrown, when no answer came at all. */
  readonly error?: unknown;
}

/** What comes of asking for one name. */
type NameOutcome =
  | { readonly type: "answers"; readonly answers: readonly DnsRecordSeen[] }
  /** NXDOMAIN, or a name without such a record. */
  | { readonly type: "none" }
  /** Somebody answered that they cannot tell. */
  | { readonly type: "server failure"; readonly message: string }
  | { readonly type: "no answer"; readonly failure: ResolutionFailure };

/** Servers that answer so are no use, and the next one is asked. */
const uselessRcodes: ReadonlySet<string> = new Set(["SERVFAIL", "NOTIMP", "REFUSED"]);

/** @param types asked for at once, as getaddrinfo(3) asks for A and AAAA. */
export async function resolveName(
  name: string,
  types: readonly string[],
  resolvConf: ResolvConf,
  ask: AskDns,
): Promise<Resolution> {
  const queries: DnsQuerySeen[] = [];
  const failures: string[] = [];
  for (const [turn, candidate] of candidateNames(name, resolvConf).entries()) {
    const servers = rotated(resolvConf, turn);
    const outcome = await resolveOne(
      candidate,
      types,
      { ...resolvConf, nameservers: servers },
      {
        ask,
        queries,
      },
    );
    if (outcome.type === "answers") return { queries, answers: outcome.answers };
    // Nobody there to ask for another name either.
    if (outcome.type === "no answer") {
      return { queries, answers: [], failure: outcome.failure };
    }
    if (outcome.type === "server failure") failures.push(outcome.message);
  }
  const [trouble] = failures;
  const failure: ResolutionFailure =
    trouble === undefined
      ? { reason: "no such name", message: `${name} has no ${types.join(" or ")} record` }
      : { reason: "bad answer", message: trouble };
  return { queries, answers: [], failure };
}

async function resolveOne(
  name: string,
  types: readonly string[],
  { nameservers, attempts, timeoutMs }: ResolvConf,
  { ask, queries }: { readonly ask: AskDns; readonly queries: DnsQuerySeen[] },
): Promise<NameOutcome> {
  const nobody: ResolutionFailure = { reason: "not sent", message: "there is no nameserver" };
  let outcome: NameOutcome = { type: "no answer", failure: nobody };
  for (let attempt = 0; attempt < attempts; attempt++) {
    for (const [index, server] of nameservers.entries()) {
      const waitMs = serverTimeoutMs(timeoutMs, index, nameservers.length);
      const seen = await Promise.all(
        types.map((type) => query({ server, name, type, timeoutMs: waitMs }, ask)),
      );
      queries.push(...seen.map(({ query: each }) => each));
      outcome = outcomeOf(name, seen);
      if (outcome.type === "answers" || outcome.type === "none") return outcome;
    }
  }
  return outcome;
}

/** The second and third server are waited for longer, but shared out: send_dg's arithmetic. */
function serverTimeoutMs(timeoutMs: number, index: number, count: number): number {
  if (index === 0) return timeoutMs;
  return Math.max(1_000, Math.floor((timeoutMs * 2 ** index) / count));
}

interface Seen {
  readonly query: DnsQuerySeen;
  readonly failure?: ResolutionFailure;
}

async function query(question: DnsQuestionToAsk, ask: AskDns): Promise<Seen> {
  const { name, type, server } = question;
  try {
    const { message, protocol } = await ask(question);
    const answers = message.answers.map((record) => ({
      name: record.name,
      type: dnsTypeName(record.type),
      ttl: record.ttlSeconds,
      data: formatDnsData(record.data),
    }));
    return { query: { name, type, server, protocol, rcode: dnsRcodeName(message.rcode), answers } };
  } catch (error) {
    const failure = failureOf(error);
    const { reason } = failure;
    return { query: { name, type, server, protocol: "udp", answers: [], reason }, failure };
  }
}

function failureOf(error: unknown): ResolutionFailure {
  if (error instanceof SocketError) return { reason: error.reason, message: error.message, error };
  if (error instanceof KernelError) return { reason: "not sent", message: error.message, error };
  if (error instanceof DecodeError) return { reason: "bad answer", message: error.message };
  throw error;
}

function outcomeOf(name: string, seen: readonly Seen[]): NameOutcome {
  const answers = seen.flatMap(({ query: each }) => each.answers);
  if (answers.length > 0) return { type: "answers", answers };
  const failure = seen.find((each) => each.failure !== undefined)?.failure;
  if (failure !== undefined) return { type: "no answer", failure };
  const useless = seen.find(({ query: { rcode = "" } }) => uselessRcodes.has(rcode))?.query;
  if (useless === undefined) return { type: "none" };
  const message = `${name}: ${useless.rcode}, says ${useless.server}`;
  return { type: "server failure", message };
}

function rotated({ nameservers, rotate }: ResolvConf, turn: number): readonly IpAddress[] {
  if (!rotate || nameservers.length === 0) return nameservers;
  const begin = turn % nameservers.length;
  return [...nameservers.slice(begin), ...nameservers.slice(0, begin)];
}
