import { Deadline } from "../../base/deadline.ts";
import { PacketSocket } from "../../kernel/sockets/packet-socket.ts";
import { SocketError } from "../../kernel/sockets/socket-error.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { MacAddress } from "../../net/mac-address.ts";
import { ARP_REPLY, ARP_REQUEST, ArpLayer, encodeArp } from "../../wire/packet/link/arp.ts";
import type { ProbeAttempt } from "../probe.ts";
import { failedAttempt, type ProbeAim, since } from "./attempt.ts";

const ETHERTYPE_ARP = 0x0806;
const BROADCAST = "ff:ff:ff:ff:ff:ff" as MacAddress;
const NOBODY = "00:00:00:00:00:00" as MacAddress;

/** The device that asks, and who it says it is. */
export interface ArpAsker {
  readonly device: string;
  readonly mac: MacAddress;
  /** Undefined for a device without an address: it then asks as RFC 5227's ARP probe does. */
  readonly address: ProbeAim["address"] | undefined;
}

/** Asks the whole segment who has the address. */
export async function probeArp(
  { netns, address, timeoutMs, signal }: ProbeAim,
  asker: ArpAsker,
): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  try {
    using socket = PacketSocket.open(netns, asker.device, ETHERTYPE_ARP);
    using limit = new Deadline(timeoutMs, signal);
    const mac = await new Promise<MacAddress>((resolve, reject) => {
      limit.signal.addEventListener("abort", () =>
        reject(
          signal.aborted
            ? signal.reason
            : new SocketError(`who has ${address} on ${asker.device}`, "timed out"),
        ),
      );
      socket.onFrame(({ payload }) => {
        const reply = new ArpLayer(payload, 0, payload.byteLength, payload.byteLength);
        if (reply.operation !== ARP_REPLY || reply.senderIp !== address) return;
        if (reply.senderMac !== undefined) resolve(reply.senderMac);
      });
      socket.send({
        protocol: ETHERTYPE_ARP,
        destination: BROADCAST,
        payload: encodeArp({
          operation: ARP_REQUEST,
          senderMac: asker.mac,
          senderIp: asker.address ?? ipAddress("0.0.0.0"),
          targetMac: NOBODY,
          targetIp: address,
        }),
      });
    });
    return { ok: true, latencyMs: since(startedAt), mac };
  } catch (error) {
    return failedAttempt(error, startedAt);
  }
}
