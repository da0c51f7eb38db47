/** Sending, receiving, tracking and capturing: each with a packet that arrives. */
import { HostError } from "../../base/podwire-error.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { macAddressFromBytes } from "../../net/mac-address.ts";
import type { Netns } from "../netns.ts";
import { applyPlan } from "../plan/apply-plan.ts";
import { deleteConntrack, listConntrack } from "../rules/conntrack.ts";
import { runRestore } from "../rules/restore.ts";
import { PacketSocket } from "../sockets/packet-socket.ts";
import { PingSocket } from "../sockets/ping-socket.ts";
import { startTcpdump } from "../tcpdump/tcpdump.ts";
import type { CheckGroup } from "./check.ts";

/** What a packet on `lo` takes is far below. */
const PATIENCE_MS = 2_000;
/** IEEE 802: local experimental EtherType 2. */
const ETHERTYPE = 0x88b6;
const CONNECTION = "-p udp -s 203.0.113.10 -d 10.96.0.10 --sport 40000 --dport 53 -t 60";

export const traffic: CheckGroup<Netns> = {
  name: "traffic",
  checks: [
    {
      name: "connection tracking",
      neededBy: ["labs"],
      program: "conntrack",
      modules: ["nf_conntrack", "nf_conntrack_netlink"],
      attempt: trackConnection,
    },
    { name: "ping socket", neededBy: ["probe --ping"], attempt: pingLoopback },
    {
      name: "packet socket",
      neededBy: ["probe --arp", "capture"],
      modules: ["af_packet"],
      attempt: sendFrameToOurselves,
    },
    {
      name: "tcpdump captures a packet",
      neededBy: ["capture"],
      program: "tcpdump",
      attempt: capturePacket,
    },
  ],
};

async function trackConnection(netns: Netns): Promise<void> {
  await runRestore({ netns, file: "conntrack", args: ["-I", ...CONNECTION.split(" ")] });
  const entries = await listConntrack(netns);
  const deleted = await deleteConntrack(netns, { protocol: "udp" });
  expect(entries.length === 1 && deleted === 1, "a connection was made and not shown again");
}

async function pingLoopback(netns: Netns): Promise<void> {
  setLoopbackUp(netns);
  using socket = PingSocket.open(netns, "ipv4");
  const signal = new AbortController().signal;
  const to = ipAddress("127.0.0.1");
  const outcome = await socket.echo({ to, timeoutMs: PATIENCE_MS, signal });
  if (outcome.type === "failure") throw outcome.error;
}

async function sendFrameToOurselves(netns: Netns): Promise<void> {
  setLoopbackUp(netns);
  using socket = PacketSocket.open(netns, "lo", ETHERTYPE);
  const arrived = new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    socket.onFrame(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
  const destination = macAddressFromBytes(new Uint8Array(6));
  socket.send({ protocol: ETHERTYPE, destination, payload: new Uint8Array(46) });
  expect(await arrived, "a frame sent on lo did not arrive there");
}

/** A capture only starts when it has seen a marker that it sent itself. */
async function capturePacket(netns: Netns): Promise<void> {
  setLoopbackUp(netns);
  const capture = await startTcpdump(netns, "lo", { onPacket: () => undefined });
  await capture.stop();
}

function setLoopbackUp(netns: Netns): void {
  const links = [{ type: "existing", name: "lo" }] as const;
  applyPlan({ netns: netns.name, links }, new Map([[netns.name, netns]]));
}

function expect(held: boolean, otherwise: string): void {
  if (!held) throw new HostError("HOST_FEATURE", otherwise);
}
