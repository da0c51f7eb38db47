/** Three routers with a pod each: A's aa, B's bb, C's cc. */
import test from "ava";
import { parseMacAddress } from "../../net/mac-address.ts";
import { SleeveSwitch } from "./sleeve-switch.ts";

function mac(text: string) {
  const parsed = parseMacAddress(text);
  if (parsed === undefined) throw new Error(text);
  return parsed;
}

const peers = ["A", "B", "C"].map((id, index) => ({
  id,
  name: mac(`7a:11:00:00:00:0${index}`),
  address: `192.168.0.1${index}`,
}));

const broadcast = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
const [aa, bb] = [
  [2, 0, 0, 0, 0, 0xaa],
  [2, 0, 0, 0, 0, 0xbb],
];

function frame(to: readonly number[] = [], from: readonly number[] = []): Uint8Array {
  return Uint8Array.of(...to, ...from, 0x08, 0x00);
}

/** A switch, and who gets what it sends. */
function switchOf(id: string) {
  const self = peers.find((peer) => peer.id === id);
  if (self === undefined) throw new Error(id);
  const others = peers.filter((peer) => peer !== self);
  const router = new SleeveSwitch(self, others);
  return {
    router,
    receivers: (of: Uint8Array) =>
      router.fromBridge(of).map(({ peer }) => peers.find(({ name }) => name === peer.name)?.id),
  };
}

test("a frame for everybody goes to every router, once", (t) => {
  t.deepEqual(switchOf("A").receivers(frame(broadcast, aa)), ["B", "C"]);
});

test("a frame for somebody unknown goes to every router", (t) => {
  t.deepEqual(switchOf("A").receivers(frame(bb, aa)), ["B", "C"]);
});

test("who has spoken is known from then on", (t) => {
  const [a, b] = [switchOf("A"), switchOf("B")];
  const request = frame(broadcast, aa);
  const [toB] = a.router.fromBridge(request);
  t.deepEqual(b.router.fromPeer(toB?.datagram ?? new Uint8Array(6)), [request]);
  t.deepEqual(b.receivers(frame(aa, bb)), ["A"]);
});

test("a frame between two pods of one bridge goes nowhere", (t) => {
  const { router, receivers } = switchOf("A");
  router.fromBridge(frame(broadcast, bb));
  t.deepEqual(receivers(frame(bb, aa)), []);
});

test("a frame for another router is not ours to hand on", (t) => {
  const [, toC] = switchOf("A").router.fromBridge(frame(broadcast, aa));
  t.deepEqual(switchOf("B").router.fromPeer(toC?.datagram ?? new Uint8Array(6)), []);
});

test("what a stranger sends is heeded by nobody", (t) => {
  const datagram = switchOf("A").router.fromBridge(frame(broadcast, aa))[0]?.datagram;
  const forged = Uint8Array.from(datagram ?? []);
  forged[5] = 0x99;
  t.deepEqual(switchOf("B").router.fromPeer(forged), []);
});

test("half a frame is nothing", (t) => {
  t.deepEqual(switchOf("A").receivers(frame(bb)), []);
});
