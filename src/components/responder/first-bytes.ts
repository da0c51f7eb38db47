/** What a client speaks, told by the first bytes that it sends. */

import { discardBeginning } from "./probe-token.ts";

export type Spoken = "http" | "http2" | "discard" | "echo";

/** RFC 9113 §3.4: what a client with prior knowledge begins with. */
const http2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"];
const beginnings: ReadonlyArray<readonly [beginning: string, spoken: Spoken]> = [
  [http2Preface, "http2"],
  [discardBeginning, "discard"],
  ...methods.map((method) => [`${method} `, "http"] as const),
];

/** Undefined while the bytes can still become either. */
export function classify(bytes: Buffer): Spoken | undefined {
  const text = bytes.toString("latin1", 0, http2Preface.length);
  for (const [beginning, spoken] of beginnings) {
    if (text.startsWith(beginning)) return spoken;
  }
  const isUndecided = beginnings.some(([beginning]) => beginning.startsWith(text));
  return isUndecided ? undefined : "echo";
}
