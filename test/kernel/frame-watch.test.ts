import test from "ava";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { FrameWatch, type WatchedFrame } from "../../src/kernel/sockets/frame-watch.ts";
import { PacketSocket, sendFrame } from "../../src/kernel/sockets/packet-socket.ts";
import { realtimeNs } from "../../src/kernel/sockets/realtime.ts";
import { type MacAddress, parseMacAddress } from "../../src/net/mac-address.ts";
import { TwoHosts } from "./two-hosts.ts";

/** IEEE 802 local experimental EtherType 1. */
const ETH_P_802_EX1 = 0x88b5;
const broadcast = parseMacAddress("ff:ff:ff:ff:ff:ff") as MacAddress;

/** What neighbour discovery and the like send is not ours. */
function ours(watch: FrameWatch): readonly WatchedFrame[] {
  return [...watch.take()].filter(({ data }) => data[12] === 0x88 && data[13] === 0xb5);
}

test("a frame is seen where it leaves and where it arrives, whole and in this order", async (t) => {
  using hosts = new TwoHosts("watch");
  using left = FrameWatch.open(hosts.client);
  using right = FrameWatch.open(hosts.server);
  await FrameWatch.stamped(hosts.client, new AbortController().signal);
  const payload = Uint8Array.of(...Array.from({ length: 50 }, (_, index) => index));
  sendFrame(hosts.client, "eth0", { protocol: ETH_P_802_EX1, destination: broadcast, payload });
  const sentAtNs = realtimeNs();
  const [sent, ...moreSent] = ours(left);
  const [received, ...moreReceived] = ours(right);
  t.deepEqual([moreSent, moreReceived], [[], []]);
  if (sent === undefined || received === undefined) return t.fail();
  t.deepEqual([sent.direction, received.direction], ["out", "in"]);
  t.deepEqual(sent.data.subarray(14), payload);
  t.deepEqual(received.data, sent.data);
  // When it passed, and not when it was read.
  t.true(sent.timestampNs <= received.timestampNs);
  t.true(received.timestampNs <= sentAtNs);
  t.is(sent.linkType, 1);
  using rtnetlink = Rtnetlink.open(hosts.client);
  t.true(sent.index === rtnetlink.index("eth0"));
  t.is(left.takeLost() + right.takeLost(), 0);
});

test("what has been taken is not there again", (t) => {
  using hosts = new TwoHosts("watch-twice");
  using watch = FrameWatch.open(hosts.client);
  const send = (payload: Uint8Array): void =>
    sendFrame(hosts.client, "eth0", { protocol: ETH_P_802_EX1, destination: broadcast, payload });
  send(Uint8Array.of(1));
  t.is(ours(watch).length, 1);
  t.is(ours(watch).length, 0);
  send(Uint8Array.of(2));
  t.is(ours(watch)[0]?.data[14], 2);
});

test("frames for which there was no room are counted", (t) => {
  using hosts = new TwoHosts("watch-full");
  using watch = FrameWatch.open(hosts.client);
  using socket = PacketSocket.open(hosts.client, "eth0", 0);
  const frame = { protocol: ETH_P_802_EX1, destination: broadcast, payload: new Uint8Array(1000) };
  let sent = 0;
  // A buffer has an end, wherever the kernel has put it.
  for (let lost = 0; lost === 0 && sent < 100_000; lost = watch.takeLost()) {
    socket.send(frame);
    sent++;
  }
  t.true(ours(watch).length < sent);
});
