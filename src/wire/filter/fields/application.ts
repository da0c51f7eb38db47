/** DNS, BGP, and the ends of packets that nobody could read. */
import { ipAddressBytes } from "../../../net/ip-address.ts";
import type { DnsMessage } from "../../packet/dns/message.ts";
import type { DnsRecord } from "../../packet/dns/record.ts";
import {
  type FieldTable,
  type FieldType,
  type FieldValue,
  field,
  flag,
  type LayerField,
  protocol,
} from "../field.ts";

const dns = (
  type: FieldType,
  read: (message: DnsMessage) => FieldValue | readonly FieldValue[] | undefined,
): LayerField => field(type, ["dns", "mdns"], ({ message }) => read(message));

/** Something of every record of the message: answers, authorities, additionals. */
const ofRecords = (
  type: FieldType,
  read: (record: DnsRecord) => FieldValue | readonly FieldValue[] | undefined,
): LayerField =>
  dns(type, ({ answers, authorities, additionals }) =>
    [...answers, ...authorities, ...additionals].flatMap((record) => read(record) ?? []),
  );

export const applicationFields: FieldTable = {
  dns: protocol("dns"),
  mdns: protocol("mdns"),
  "dns.id": dns("number", ({ id }) => id),
  "dns.flags.response": dns("boolean", ({ isResponse }) => flag(isResponse)),
  "dns.flags.opcode": dns("number", ({ opcode }) => opcode),
  "dns.flags.truncated": dns("boolean", ({ truncated }) => flag(truncated)),
  "dns.flags.recdesired": dns("boolean", ({ recursionDesired }) => flag(recursionDesired)),
  // Only an answer has the following.
  "dns.flags.rcode": dns("number", ({ isResponse, rcode }) => (isResponse ? rcode : undefined)),
  "dns.flags.authoritative": dns("boolean", ({ isResponse, authoritative }) =>
    isResponse ? flag(authoritative) : undefined,
  ),
  "dns.flags.recavail": dns("boolean", ({ isResponse, recursionAvailable }) =>
    isResponse ? flag(recursionAvailable) : undefined,
  ),
  "dns.count.queries": dns("number", ({ questions }) => questions.length),
  "dns.count.answers": dns("number", ({ answers }) => answers.length),
  "dns.count.auth_rr": dns("number", ({ authorities }) => authorities.length),
  "dns.count.add_rr": dns("number", ({ additionals }) => additionals.length),
  "dns.qry.name": dns("text", ({ questions }) => questions.map(({ name }) => name)),
  "dns.qry.type": dns("number", ({ questions }) => questions.map(({ type }) => type)),
  "dns.resp.name": ofRecords("text", ({ name }) => name),
  "dns.resp.type": ofRecords("number", ({ type }) => type),
  "dns.resp.ttl": ofRecords("number", ({ data, ttlSeconds }) =>
    data.type === "opt" ? undefined : ttlSeconds,
  ),
  "dns.a": ofRecords("ipv4", ({ data }) =>
    data.type === "a" ? ipAddressBytes(data.address) : undefined,
  ),
  "dns.aaaa": ofRecords("ipv6", ({ data }) =>
    data.type === "aaaa" ? ipAddressBytes(data.address) : undefined,
  ),
  "dns.cname": ofRecords("text", ({ data }) => (data.type === "cname" ? data.name : undefined)),
  "dns.ptr.domain_name": ofRecords("text", ({ data }) =>
    data.type === "ptr" ? data.name : undefined,
  ),
  "dns.ns": ofRecords("text", ({ data }) => (data.type === "ns" ? data.name : undefined)),
  "dns.srv.target": ofRecords("text", ({ data }) => (data.type === "srv" ? data.name : undefined)),
  "dns.srv.port": ofRecords("number", ({ data }) => (data.type === "srv" ? data.port : undefined)),
  "dns.txt": ofRecords("text", ({ data }) => (data.type === "txt" ? data.texts : undefined)),
  bgp: protocol("bgp"),
  "bgp.type": field("number", "bgp", ({ messageType }) => messageType),
  "_ws.malformed": protocol("malformed"),
  "_ws.short": protocol("short"),
};
