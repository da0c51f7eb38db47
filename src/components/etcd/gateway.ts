/**
 * etcd's API as its gateway has it: gRPC in JSON over HTTP, where bytes are base64, 64-bit numbers are texts, and
 * what is zero, false or empty is left out. See etcd's rpc.proto and kv.proto; the URLs are those of version 3.4 and later.
 */
import { isRecord } from "../../api/decoding/check-schema.ts";

export const paths = {
  txn: "/v3/kv/txn",
  range: "/v3/kv/range",
  watch: "/v3/watch",
  grant: "/v3/lease/grant",
} as const;

/** "mod_revision of `key` is `wanted`; then put, or delete; else show me what is there". */
export interface Transaction {
  readonly key: string;
  /** 0: nothing is there. */
  readonly wanted: string;
  /** Undefined: delete. */
  readonly value: string | undefined;
  /** With which the key ends. */
  readonly lease: string | undefined;
}

export function transaction({ key: text, wanted, value, lease }: Transaction): string {
  const key = base64(text);
  const put = { key, value: base64(value ?? ""), ...(lease !== undefined && { lease }) };
  return JSON.stringify({
    compare: [{ key, target: "MOD", mod_revision: wanted, result: "EQUAL" }],
    success: [value === undefined ? { request_delete_range: { key } } : { request_put: put }],
  });
}

/** All keys that begin with `prefix`, at most `limit` from `from` on, as they were at `revision`; 0 is now. */
export function range(
  prefix: string,
  {
    from,
    limit,
    revision,
  }: { readonly from: string; readonly limit: number; readonly revision: number },
): string {
  const end = prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
  return JSON.stringify({
    key: base64(from),
    range_end: base64(end),
    limit: String(limit),
    ...(revision > 0 && { revision: String(revision) }),
  });
}

/** The revision that etcd has come to, and nothing else. Answered by a majority, or not at all. */
export function currentRevision(): string {
  return JSON.stringify({ key: base64("health"), count_only: true });
}

/** Every change of every key: so each revision from `from` on is seen, whoever made it. */
export function watchFrom(from: number): string {
  const everything = "AA==";
  return JSON.stringify({
    create_request: { key: everything, range_end: everything, start_revision: String(from) },
  });
}

export function grantLease(seconds: number): string {
  return JSON.stringify({ TTL: String(seconds) });
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  readonly revision: number;
}

export interface EtcdAnswer {
  readonly revision: number;
  /** Of a transaction. */
  readonly succeeded: boolean;
  /** Of a range. */
  readonly kvs: readonly KeyValue[];
  readonly more: boolean;
  /** Of a lease that was granted. */
  readonly lease: string | undefined;
}

/** Undefined for what etcd would not say. */
export function parseAnswer(text: string): EtcdAnswer | undefined {
  const body = parseRecord(text);
  if (body === undefined || !isRecord(body["header"])) return undefined;
  const kvs = Array.isArray(body["kvs"]) ? body["kvs"] : [];
  return {
    revision: Number(body["header"]["revision"] ?? 0),
    succeeded: body["succeeded"] === true,
    kvs: kvs.filter(isRecord).map(keyValue),
    more: body["more"] === true,
    lease: typeof body["ID"] === "string" ? body["ID"] : undefined,
  };
}

/** What etcd says against a request: `etcdserver: mvcc: database space exceeded`. */
export function parseRefusal(text: string): string {
  const { error, message = error } = parseRecord(text) ?? {};
  return typeof message === "string" ? message : text.trim();
}

export interface WatchedEvent {
  readonly type: "put" | "delete";
  /** Of a delete, without a value. */
  readonly kv: KeyValue;
}

export interface WatchMessage {
  /** The watch has begun. */
  readonly created: boolean;
  /** The watch has ended, since what it wants is forgotten. */
  readonly canceled: boolean;
  /** All changes of one revision are in one message. */
  readonly events: readonly WatchedEvent[];
}

/** One line of a watch's answer; undefined for what etcd would not say. */
export function parseWatchLine(line: string): WatchMessage | undefined {
  const result = parseRecord(line)?.["result"];
  if (!isRecord(result)) return undefined;
  const events = Array.isArray(result["events"]) ? result["events"] : [];
  return {
    created: result["created"] === true,
    canceled: result["canceled"] === true,
    events: events.filter(isRecord).map(({ type, kv }) => ({
      type: type === "DELETE" ? "delete" : "put",
      kv: keyValue(isRecord(kv) ? kv : {}),
    })),
  };
}

type Loose = Readonly<Record<string, unknown>>;

function keyValue(kv: Loose): KeyValue {
  return {
    key: fromBase64(kv["key"]),
    value: fromBase64(kv["value"]),
    revision: Number(kv["mod_revision"] ?? 0),
  };
}

function parseRecord(text: string): Loose | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

function fromBase64(value: unknown): string {
  return typeof value === "string" ? Buffer.from(value, "base64").toString() : "";
}
