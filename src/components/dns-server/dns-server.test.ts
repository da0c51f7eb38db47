import test from "ava";
import { ipAddress } from "../../net/ip-address.ts";
import { decodeDns } from "../../wire/packet/dns/decode.ts";
import { encodeDnsQuery } from "../../wire/packet/dns/encode.ts";
import { encodeDnsMessage } from "../../wire/packet/dns/encode-message.ts";
import { DNS_CNAME, dnsTypeName, dnsTypeNumber } from "../../wire/packet/dns/record.ts";
import { dnsRcodeName, formatDnsData } from "../../wire/packet/dns/text.ts";
import { answerQuery } from "./answer-query.ts";
import { makeZone, type ZoneRecord } from "./zone.ts";

const aliasOf = (name: string): ZoneRecord => ({
  type: DNS_CNAME,
  data: { type: "cname", name },
});

const a = (address: string): ZoneRecord => ({
  type: 1,
  data: { type: "a", address: ipAddress(address) },
});

const zone = makeZone(
  [
    ["docs.example.net", [a("198.51.100.7"), a("198.51.100.8")]],
    ["WWW.example.net", [aliasOf("docs.example.net")]],
    ["far.example.net", [aliasOf("elsewhere.example.org")]],
    ["round.example.net", [aliasOf("round.example.net")]],
    ["*.apps.example.net", [a("198.51.100.9")]],
    ["many.example.net", Array.from({ length: 40 }, (_, index) => a(`198.51.100.${index}`))],
  ],
  60,
);

interface Case {
  readonly name: string;
  readonly type: string;
  readonly rcode: string;
  readonly answers: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "docs.example.net",
    type: "A",
    rcode: "NOERROR",
    answers: ["docs.example.net A 198.51.100.7", "docs.example.net A 198.51.100.8"],
  },
  { name: "docs.example.net", type: "AAAA", rcode: "NOERROR", answers: [] },
  {
    name: "Docs.Example.NET",
    type: "A",
    rcode: "NOERROR",
    answers: ["Docs.Example.NET A 198.51.100.7", "Docs.Example.NET A 198.51.100.8"],
  },
  {
    name: "www.example.net",
    type: "A",
    rcode: "NOERROR",
    answers: [
      "www.example.net CNAME docs.example.net",
      "docs.example.net A 198.51.100.7",
      "docs.example.net A 198.51.100.8",
    ],
  },
  {
    name: "www.example.net",
    type: "CNAME",
    rcode: "NOERROR",
    answers: ["www.example.net CNAME docs.example.net"],
  },
  {
    name: "far.example.net",
    type: "A",
    rcode: "NXDOMAIN",
    answers: ["far.example.net CNAME elsewhere.example.org"],
  },
  {
    name: "one.apps.example.net",
    type: "A",
    rcode: "NOERROR",
    answers: ["one.apps.example.net A 198.51.100.9"],
  },
  { name: "example.net", type: "A", rcode: "NOERROR", answers: [] },
  { name: "nothing.example.net", type: "A", rcode: "NXDOMAIN", answers: [] },
];

for (const { name, type, rcode, answers } of cases) {
  const outcome = answers.length === 0 ? "nothing" : answers.join(", ");
  test(`${name} ${type} gives ${rcode} and ${outcome}`, (t) => {
    const answer = ask(name, type);
    t.is(dnsRcodeName(answer.rcode), rcode);
    const shown = answer.answers.map(
      (record) => `${record.name} ${dnsTypeName(record.type)} ${formatDnsData(record.data)}`,
    );
    t.deepEqual(shown, answers);
    t.true(answer.authoritative && answer.isResponse && !answer.truncated);
    const isNegative = answers.every((line) => line.includes("CNAME")) && type !== "CNAME";
    t.is(answer.authorities.length, isNegative ? 1 : 0);
  });
}

test("an alias of itself ends", (t) => {
  t.is(ask("round.example.net", "A").answers.length, 8);
});

test("what does not fit into a datagram is to be asked again over TCP", (t) => {
  const query = encodeDnsQuery({ id: 7, name: "many.example.net", type: 1 });
  const cut = decodeDns(answerQuery(zone, query, "udp") ?? query);
  t.true(cut.truncated);
  t.is(cut.answers.length, 0);
  t.is(decodeDns(answerQuery(zone, query, "tcp") ?? query).answers.length, 40);
});

test("a question that offers more room gets all of it in one datagram", (t) => {
  const fields = { id: 7, name: "many.example.net", type: 1, udpPayloadBytes: 4096 };
  const answer = decodeDns(answerQuery(zone, encodeDnsQuery(fields), "udp") ?? new Uint8Array());
  t.is(answer.answers.length, 40);
  t.is(answer.additionals.length, 1);
});

test("what is no question gets no answer", (t) => {
  const query = encodeDnsQuery({ id: 7, name: "docs.example.net", type: 1 });
  const answer = answerQuery(zone, query, "udp") ?? query;
  t.is(answerQuery(zone, answer, "udp"), undefined);
  t.is(answerQuery(zone, query.subarray(0, 10), "udp"), undefined);
});

test("an operation other than a query is not implemented", (t) => {
  const message = decodeDns(encodeDnsQuery({ id: 7, name: "docs.example.net", type: 1 }));
  const update = encodeDnsMessage({ ...message, opcode: 5 });
  t.is(dnsRcodeName(decodeDns(answerQuery(zone, update, "udp") ?? update).rcode), "NOTIMP");
});

function ask(name: string, type: string): ReturnType<typeof decodeDns> {
  const query = encodeDnsQuery({ id: 7, name, type: dnsTypeNumber(type) ?? 0 });
  const answer = answerQuery(zone, query, "udp");
  if (answer === undefined) throw new Error("no answer");
  return decodeDns(answer);
}
