import test from "ava";
import { ipAddress } from "../net/ip-address.ts";
import { type DnsRecordData, parseDnsName, parseDnsRecord } from "./dns-record.ts";

const cases: ReadonlyArray<readonly [text: string, record: DnsRecordData | undefined]> = [
  ["198.51.100.7", { type: "a", address: ipAddress("198.51.100.7") }],
  ["A 198.51.100.7", { type: "a", address: ipAddress("198.51.100.7") }],
  ["fd00::7", { type: "aaaa", address: ipAddress("fd00::7") }],
  ["A fd00::7", undefined],
  ["CNAME docs.example.net.", { type: "cname", name: "docs.example.net" }],
  ["cname docs.example.net", { type: "cname", name: "docs.example.net" }],
  ["CNAME", undefined],
  ["CNAME two words", undefined],
  ["MX 10 mail.example.net", { type: "mx", preference: 10, name: "mail.example.net" }],
  ["MX mail.example.net", undefined],
  [
    "SRV 0 100 443 web.example.net",
    { type: "srv", priority: 0, weight: 100, port: 443, name: "web.example.net" },
  ],
  ["SRV 0 100 70000 web.example.net", undefined],
  ["TXT hello world", { type: "txt", texts: ["hello world"] }],
  ['TXT "v=1" "more"', { type: "txt", texts: ["v=1", "more"] }],
  ["TXT", undefined],
  ["docs.example.net", undefined],
  ["HINFO x y", undefined],
];

for (const [text, record] of cases) {
  test(`${text} is ${record === undefined ? "no record" : `a record of type ${record.type}`}`, (t) => {
    t.deepEqual(parseDnsRecord(text), record);
  });
}

test("a name of a record may have underscores and begin with an asterisk", (t) => {
  t.is(parseDnsName("_http._tcp.example.net"), "_http._tcp.example.net");
  t.is(parseDnsName("*.example.net"), "*.example.net");
  t.is(parseDnsName("example.net."), "example.net");
  t.is(parseDnsName("exa mple.net"), undefined);
  t.is(parseDnsName("a.*.net"), undefined);
  t.is(parseDnsName(""), undefined);
});
