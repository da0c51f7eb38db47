/**
 * A Weave router in sleeve mode, as a process of its own in its node: frames of the bridge become datagrams to the other
 * routers, and theirs become frames. A line of its standard input says who the others are from then on; it ends with it.
 */
import { createSocket } from "node:dgram";
import { createInterface } from "node:readline";
import { type SleevePeer, SleeveSwitch } from "../../components/cni-weave/sleeve-switch.ts";
import { Netns } from "../../kernel/netns.ts";
import { FrameSocket } from "../../kernel/sockets/frame-socket.ts";

/** What the lab gives it, as JSON in its first argument. */
export interface SleeveSettings {
  readonly device: string;
  readonly self: SleevePeer;
  readonly peers: readonly SleevePeer[];
}

/** Of every router. */
const SLEEVE_PORT = 6_783;

// The lab is this same program: what it says needs no check.
const { device, self, peers } = JSON.parse(process.argv[2] ?? "{}") as SleeveSettings;
const router = new SleeveSwitch(self, peers);
// biome-ignore lint/nursery/useDisposables: it ends with this process.
const frames = FrameSocket.open(Netns.current(), device);
const datagrams = createSocket("udp4");

datagrams.on("message", (datagram) => {
  try {
    for (const frame of router.fromPeer(datagram)) frames.send(frame);
  } catch {
    // Not from a router: anybody can send to the port.
  }
});
datagrams.bind(SLEEVE_PORT, self.address, () => {
  frames.onFrame((frame) => {
    for (const { peer, datagram } of router.fromBridge(frame)) {
      datagrams.send(datagram, SLEEVE_PORT, peer.address);
    }
  });
  process.stdout.write("ready\n");
});
const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => router.setPeers(JSON.parse(line) as readonly SleevePeer[]));
lines.on("close", () => process.exit());
