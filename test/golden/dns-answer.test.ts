/** The judge of the conformance run must be able to find somebody guilty. */
import test from "ava";
import { ipAddress } from "../../src/net/ip-address.ts";
import type { DnsMessage } from "../../src/wire/packet/dns/message.ts";
import type { DnsRecord } from "../../src/wire/packet/dns/record.ts";
import { differences } from "../conformance/dns-answer.ts";
import type { DnsCase } from "../conformance/dns-cases.ts";

const address = (last: number): DnsRecord => ({
  name: "web.shop.svc.cluster.local",
  type: 1,
  class: 1,
  ttlSeconds: 5,
  data: { type: "a", address: ipAddress(`10.96.10.${last}`) },
});

const soa: DnsRecord = {
  name: "cluster.local",
  type: 6,
  class: 1,
  ttlSeconds: 5,
  data: {
    type: "soa",
    primary: "ns.dns.cluster.local",
    mailbox: "hostmaster.cluster.local",
    serial: 1_795_000_000,
    refreshSeconds: 7_200,
    retrySeconds: 1_800,
    expireSeconds: 86_400,
    minimumSeconds: 5,
  },
};

const message: DnsMessage = {
  id: 1,
  isResponse: true,
  opcode: 0,
  authoritative: true,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [],
  answers: [address(2), address(1)],
  authorities: [],
  additionals: [],
};

const wanted: DnsCase = {
  query: { name: "web.shop.svc.cluster.local.", type: "A" },
  rcode: "NOERROR",
  aa: true,
  answer: [
    "web.shop.svc.cluster.local. 5 IN A 10.96.10.1",
    "web.shop.svc.cluster.local. 5 IN A 10.96.10.2",
  ],
  additional: [],
  soa: null,
  note: "",
};

const soaText =
  "cluster.local. 5 IN SOA ns.dns.cluster.local. hostmaster.cluster.local. <serial> 7200 1800 86400 5";

test("records are compared as sets, and a serial may be any", (t) => {
  t.deepEqual(differences(wanted, message), []);
  t.deepEqual(differences({ ...wanted, soa: soaText }, { ...message, authorities: [soa] }), []);
});

const faults: ReadonlyArray<readonly [part: string, what: string, message: Partial<DnsMessage>]> = [
  ["rcode", "another rcode", { rcode: 3 }],
  ["aa", "not authoritative", { authoritative: false }],
  ["answer", "an answer too few", { answers: [address(1)] }],
  ["answer", "one answer twice", { answers: [address(1), address(1)] }],
  ["answer", "another TTL", { answers: [address(1), { ...address(2), ttlSeconds: 30 }] }],
  ["additional", "an additional record", { additionals: [address(1)] }],
  ["soa", "an authority too many", { authorities: [soa] }],
];

for (const [part, what, fault] of faults) {
  test(`a difference is found: ${what}`, (t) => {
    const [found = "", ...others] = differences(wanted, { ...message, ...fault });
    t.true(found.startsWith(`${part}: `), found);
    t.is(others.length, 0);
  });
}
