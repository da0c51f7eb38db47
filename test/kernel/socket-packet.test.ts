import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import test from "ava";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import {
  type IncomingFrame,
  PacketSocket,
  sendFrame,
} from "../../src/kernel/sockets/packet-socket.ts";
import { peerCredentials } from "../../src/kernel/sockets/peer-credentials.ts";
import { ipAddressBytes } from "../../src/net/ip-address.ts";
import { type MacAddress, macAddressBytes, parseMacAddress } from "../../src/net/mac-address.ts";
import { TwoHosts } from "./two-hosts.ts";

const broadcast = parseMacAddress("ff:ff:ff:ff:ff:ff") as MacAddress;
const ETH_P_ARP = 0x0806;
/** IEEE 802 local experimental EtherType 1. */
const ETH_P_802_EX1 = 0x88b5;

function macOf(hosts: TwoHosts, side: "client" | "server"): MacAddress | undefined {
  using rtnetlink = Rtnetlink.open(hosts[side]);
  return rtnetlink.linksByName(["eth0"])[0]?.mac;
}

test("a frame arrives at the other end, with the device's address as its source", async (t) => {
  using hosts = new TwoHosts("frame");
  using receiver = PacketSocket.open(hosts.server, "eth0", ETH_P_802_EX1);
  const arrived = new Promise<IncomingFrame>((resolve) => receiver.onFrame(resolve));
  // Of another protocol, and so not heard of.
  sendFrame(hosts.client, "eth0", {
    protocol: 0x88b6,
    destination: broadcast,
    payload: Uint8Array.of(0),
  });
  const payload = Uint8Array.of(1, 2, 3);
  sendFrame(hosts.client, "eth0", { protocol: ETH_P_802_EX1, destination: broadcast, payload });
  const frame = await arrived;
  t.is(frame.source, macOf(hosts, "client"));
  t.deepEqual(frame.payload, payload);
});

test("an ARP request is answered by the other end's kernel", async (t) => {
  using hosts = new TwoHosts("arp");
  const mac = macOf(hosts, "client");
  if (mac === undefined) return t.fail();
  using arp = PacketSocket.open(hosts.client, "eth0", ETH_P_ARP);
  const answered = new Promise<IncomingFrame>((resolve) => arp.onFrame(resolve));
  // RFC 826: Ethernet, IPv4, request; sender; target.
  const payload = Uint8Array.of(
    ...[0, 1, 8, 0, 6, 4, 0, 1],
    ...macAddressBytes(mac),
    ...ipAddressBytes(hosts.clientAddress),
    ...[0, 0, 0, 0, 0, 0],
    ...ipAddressBytes(hosts.serverAddress),
  );
  arp.send({ protocol: ETH_P_ARP, destination: broadcast, payload });
  const reply = await answered;
  t.is(reply.source, macOf(hosts, "server"));
  t.deepEqual(reply.payload.slice(14, 18), ipAddressBytes(hosts.serverAddress));
});

test("a device that is not there is named", (t) => {
  using hosts = new TwoHosts("nodev");
  const frame = { protocol: ETH_P_802_EX1, destination: broadcast, payload: Uint8Array.of(1) };
  t.throws(() => sendFrame(hosts.client, "eth7", frame), {
    code: "KERNEL_ENODEV",
    message: /^RTM_GETLINK eth7 in netns nodev-client: ENODEV/,
  });
});

test("a Unix socket's peer is known by its process and user", async (t) => {
  const server = createServer().listen("\0podwire-test-credentials");
  const accepted: Promise<Socket[]> = once(server, "connection");
  const client = connect("\0podwire-test-credentials");
  const [peer] = await accepted;
  // Node tells nobody else the descriptor of a socket.
  const { _handle: handle } = peer as unknown as { _handle: { fd: number } };
  t.deepEqual(peerCredentials(handle.fd), {
    pid: process.pid,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0,
  });
  client.destroy();
  peer?.destroy();
  server.close();
});
