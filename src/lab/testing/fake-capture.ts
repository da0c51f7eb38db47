/** For tests: captures of packets that were made up, and the packets. */
import { ipAddress } from "../../net/ip-address.ts";
import type { MacAddress } from "../../net/mac-address.ts";
import type { RunningCapture } from "../../observe/capture.ts";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { encodeIpv4 } from "../../wire/packet/internet/ipv4.ts";
import { encodeEthernet } from "../../wire/packet/link/ethernet.ts";
import { LINKTYPE_ETHERNET } from "../../wire/packet/link/link-type.ts";
import { encodeUdp } from "../../wire/packet/transport/udp.ts";

const ETHERTYPE_IPV4 = 0x0800;
const PROTOCOL_UDP = 17;
const macs = {
  source: "02:00:00:00:00:01" as MacAddress,
  destination: "02:00:00:00:00:02" as MacAddress,
};

/** A datagram from the first pod to `to`, as `interfaceName` saw it `atMs` after the beginning. */
export function udpPacket(interfaceName: string, to: string, atMs: number): CapturedPacket {
  const addresses = { source: ipAddress("10.244.1.2"), destination: ipAddress(to) };
  const ports = { sourcePort: 40_000, destinationPort: 40_080 };
  const datagram = encodeUdp({ ...ports, addresses }, new TextEncoder().encode("hello"));
  const data = encodeEthernet(
    { ...macs, etherType: ETHERTYPE_IPV4 },
    encodeIpv4({ ...addresses, identification: 1, protocol: PROTOCOL_UDP }, datagram),
  );
  return {
    interfaceName,
    linkType: LINKTYPE_ETHERNET,
    timestampNs: BigInt(atMs) * 1_000_000n,
    originalLength: data.byteLength,
    data,
  };
}

/** A running capture of packets that come from a list; what has been called stands in `calls`. */
export interface FakeCapture extends RunningCapture {
  readonly calls: readonly string[];
  /** One more comes. */
  readonly receive: (packet: CapturedPacket) => void;
}

export function fakeCapture(
  interfaces: readonly string[],
  ...initial: readonly CapturedPacket[]
): FakeCapture {
  const packets = [...initial];
  const calls: string[] = [];
  const listeners = new Set<(packet: CapturedPacket) => void>();
  const answer = (call: string): Promise<readonly CapturedPacket[]> => {
    calls.push(call);
    return Promise.resolve([...packets]);
  };
  return {
    interfaces,
    calls,
    receive: (packet) => {
      packets.push(packet);
      for (const listener of listeners) listener(packet);
    },
    packets: () => answer("packets"),
    stop: () => answer("stop"),
    follow: (listener) => {
      for (const packet of packets) listener(packet);
      listeners.add(listener);
      return () => {
        calls.push("unfollow");
        listeners.delete(listener);
      };
    },
    [Symbol.asyncDispose]: async () => {
      await answer("dispose");
    },
  };
}
