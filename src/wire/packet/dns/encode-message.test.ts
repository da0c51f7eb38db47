import test from "ava";
import { ipAddress } from "../../../net/ip-address.ts";
import { decodeDns } from "./decode.ts";
import { encodeDnsQuery } from "./encode.ts";
import { encodeDnsMessage } from "./encode-message.ts";
import type { DnsMessage } from "./message.ts";
import type { DnsData, DnsRecord } from "./record.ts";

const plain: DnsMessage = {
  id: 0x1a2b,
  isResponse: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [{ name: "redis.vote", type: 1, class: 1 }],
  answers: [],
  authorities: [],
  additionals: [],
};

test("a message with one question is what a query is", (t) => {
  t.deepEqual(encodeDnsMessage(plain), encodeDnsQuery({ id: 0x1a2b, name: "redis.vote", type: 1 }));
});

const records: ReadonlyArray<readonly [type: number, data: DnsData]> = [
  [1, { type: "a", address: ipAddress("198.51.100.7") }],
  [28, { type: "aaaa", address: ipAddress("fd00::7") }],
  [5, { type: "cname", name: "docs.example.net" }],
  [12, { type: "ptr", name: "docs.example.net" }],
  [2, { type: "ns", name: "ns.example.net" }],
  [15, { type: "mx", preference: 10, name: "mail.example.net" }],
  [33, { type: "srv", priority: 1, weight: 50, port: 443, name: "web.example.net" }],
  [16, { type: "txt", texts: ["v=1", "", "ü"] }],
  [
    6,
    {
      type: "soa",
      primary: "ns.example.net",
      mailbox: "hostmaster.example.net",
      serial: 4_000_000_000,
      refreshSeconds: 7200,
      retrySeconds: 1800,
      expireSeconds: 86_400,
      minimumSeconds: 60,
    },
  ],
  [65, { type: "unknown", bytes: Uint8Array.of(0, 1, 0) }],
];

const recordOf = ([type, data]: (typeof records)[number]): DnsRecord => ({
  name: "docs.example.net",
  type,
  class: 1,
  ttlSeconds: 86_400,
  data,
});

for (const record of records.map(recordOf)) {
  test(`a record of type ${record.data.type} is read back as it was written`, (t) => {
    const message = { ...plain, answers: [record] };
    t.deepEqual(decodeDns(encodeDnsMessage(message)), message);
  });
}

test("every flag and every section is read back as it was written", (t) => {
  const all = records.map(recordOf);
  const answer: DnsMessage = {
    ...plain,
    isResponse: true,
    opcode: 4,
    authoritative: true,
    truncated: true,
    recursionAvailable: true,
    authenticData: true,
    checkingDisabled: true,
    rcode: 3,
    answers: all.slice(0, 3),
    authorities: all.slice(3, 5),
    additionals: all.slice(5),
  };
  t.deepEqual(decodeDns(encodeDnsMessage(answer)), answer);
});

test("a text that does not fit into its string is refused", (t) => {
  const record = recordOf([16, { type: "txt", texts: ["x".repeat(256)] }]);
  t.throws(() => encodeDnsMessage({ ...plain, answers: [record] }), { instanceOf: RangeError });
});
