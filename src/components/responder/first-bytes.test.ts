import test from "ava";
import { classify } from "./first-bytes.ts";

const cases = [
  { bytes: "GET / HTTP/1.1\r\n", spoken: "http" },
  { bytes: "DELETE /x", spoken: "http" },
  { bytes: "GET ", spoken: "http" },
  { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0", spoken: "http2" },
  { bytes: "PRI * HTTP/2.0\r\n\r\nSM\r\n", spoken: undefined },
  { bytes: "", spoken: undefined },
  { bytes: "P", spoken: undefined },
  { bytes: "GET", spoken: undefined },
  { bytes: "get / http/1.1", spoken: "echo" },
  { bytes: "GETTING", spoken: "echo" },
  { bytes: "PRINT", spoken: "echo" },
  { bytes: "podwire-probe 1\n", spoken: "echo" },
  { bytes: "podwire-discard 1\n\0\0", spoken: "discard" },
  { bytes: "podwire-", spoken: undefined },
  { bytes: "*1\r\n$4\r\nPING\r\n", spoken: "echo" },
  { bytes: "\x16\x03\x01", spoken: "echo" },
] as const;

for (const { bytes, spoken } of cases) {
  test(`${JSON.stringify(bytes)} is ${spoken ?? "undecided"}`, (t) => {
    t.is(classify(Buffer.from(bytes, "latin1")), spoken);
  });
}
