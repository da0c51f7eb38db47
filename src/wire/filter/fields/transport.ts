/** TCP, UDP, SCTP, and what wraps packets in packets: VXLAN and GRE. */
import {
  TCP_ACK,
  TCP_CWR,
  TCP_ECE,
  TCP_FIN,
  TCP_PSH,
  TCP_RST,
  TCP_SYN,
  TCP_URG,
} from "../../packet/transport/tcp.ts";
import { type FieldTable, field, flag, type LayerField, protocol } from "../field.ts";

const tcpFlag = (bit: number): LayerField =>
  field("boolean", "tcp", ({ flags }) =>
    flag(flags === undefined ? undefined : (flags & bit) !== 0),
  );

export const transportFields: FieldTable = {
  tcp: protocol("tcp"),
  "tcp.srcport": field("number", "tcp", ({ sourcePort }) => sourcePort),
  "tcp.dstport": field("number", "tcp", ({ destinationPort }) => destinationPort),
  "tcp.port": field("number", "tcp", ({ sourcePort, destinationPort }) => [
    sourcePort,
    destinationPort,
  ]),
  "tcp.seq_raw": field("number", "tcp", ({ sequence }) => sequence),
  "tcp.ack_raw": field("number", "tcp", ({ acknowledgement }) => acknowledgement),
  "tcp.hdr_len": field("number", "tcp", ({ isWhole, length }) => (isWhole ? length : undefined)),
  "tcp.len": field("number", "tcp", ({ isWhole, payloadLength }) =>
    isWhole ? payloadLength : undefined,
  ),
  "tcp.flags": field("number", "tcp", ({ flags }) => flags),
  "tcp.flags.fin": tcpFlag(TCP_FIN),
  "tcp.flags.syn": tcpFlag(TCP_SYN),
  "tcp.flags.reset": tcpFlag(TCP_RST),
  "tcp.flags.push": tcpFlag(TCP_PSH),
  "tcp.flags.ack": tcpFlag(TCP_ACK),
  "tcp.flags.urg": tcpFlag(TCP_URG),
  "tcp.flags.ece": tcpFlag(TCP_ECE),
  "tcp.flags.cwr": tcpFlag(TCP_CWR),
  "tcp.window_size_value": field("number", "tcp", ({ window }) => window),
  "tcp.checksum": field("number", "tcp", ({ checksum }) => checksum),
  "tcp.urgent_pointer": field("number", "tcp", ({ urgentPointer }) => urgentPointer),
  udp: protocol("udp"),
  "udp.srcport": field("number", "udp", ({ sourcePort }) => sourcePort),
  "udp.dstport": field("number", "udp", ({ destinationPort }) => destinationPort),
  "udp.port": field("number", "udp", ({ sourcePort, destinationPort }) => [
    sourcePort,
    destinationPort,
  ]),
  "udp.length": field("number", "udp", ({ declaredLength }) => declaredLength),
  "udp.checksum": field("number", "udp", ({ checksum }) => checksum),
  sctp: protocol("sctp"),
  "sctp.srcport": field("number", "sctp", ({ sourcePort }) => sourcePort),
  "sctp.dstport": field("number", "sctp", ({ destinationPort }) => destinationPort),
  "sctp.port": field("number", "sctp", ({ sourcePort, destinationPort }) => [
    sourcePort,
    destinationPort,
  ]),
  "sctp.verification_tag": field("number", "sctp", ({ verificationTag }) => verificationTag),
  "sctp.chunk_type": field("number", "sctp", ({ chunks }) => chunks.map(({ type }) => type)),
  vxlan: protocol("vxlan"),
  "vxlan.vni": field("number", "vxlan", ({ vni }) => vni),
  "vxlan.flag_i": field("boolean", "vxlan", ({ vniValid }) => flag(vniValid)),
  gre: protocol("gre"),
  "gre.proto": field("number", "gre", (layer) => layer.protocol),
  "gre.key": field("number", "gre", ({ key }) => key),
};
