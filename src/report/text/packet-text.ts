import { type CapturedPacket, decodeCaptured } from "../../observe/captured-packet.ts";
import { TcpSequences } from "../../wire/packet/describe/tcp-sequences.ts";
import { describePacket } from "../../wire/packet/describe-packet.ts";

/**
 * Prints packets one by one as `podwire capture` shows them, times in seconds since the first:
 *
 *       0.000000  node01:eth0  10.244.1.2:40312 > 10.244.2.3:80 TCP [SYN] seq=0 win=64240
 */
export function packetPrinter(): (packet: CapturedPacket) => string {
  const sequences = new TcpSequences();
  let first: bigint | undefined;
  return (packet) => {
    first ??= packet.timestampNs;
    const seconds = Number(packet.timestampNs - first) / 1e9;
    const [decoded] = decodeCaptured([packet]);
    const text = describePacket(decoded?.layers ?? [], { sequences });
    return `${seconds.toFixed(6).padStart(10)}  ${packet.interfaceName}  ${text}`;
  };
}
