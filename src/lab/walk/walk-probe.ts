/** Sends one probe, watches every wire of the lab meanwhile, and tells which way its first packet took. */
import { CleanupStack } from "../../base/cleanup-stack.ts";
import type { Netns } from "../../kernel/netns.ts";
import { FrameWatch } from "../../kernel/sockets/frame-watch.ts";
import { formatSocketAddress } from "../../net/ip-address.ts";
import { isWalked, type WalkedKind, walkedKinds } from "../../net/probe-kind.ts";
import { decodeCaptured } from "../../observe/captured-packet.ts";
import type { ProbeResult } from "../../observe/probe.ts";
import { innerPacket } from "../../observe/walk/inner-packet.ts";
import type { PacketWalk } from "../../observe/walk/packet-walk.ts";
import { type Sighting, type WalkQuestion, walkOf } from "../../observe/walk/walk-of.ts";
import type { Probe } from "../../topology/scenario/scenario.ts";
import { parseTarget } from "../../topology/where/parse-target.ts";
import type { LiveLab } from "../live/live-lab.ts";
import { RunError } from "../live/run-error.ts";
import { livePrediction } from "../predict/live-prediction.ts";
import { predictFlow } from "../predict/predict-flow.ts";
import { ownersOf } from "./owners.ts";
import { whereIs } from "./where-is.ts";

/** @throws RunError for a kind of probe that has no first packet, or that cannot be tried. */
export async function walkProbe(
  lab: LiveLab,
  probe: Probe,
  signal: AbortSignal,
): Promise<PacketWalk> {
  const transport = transportOf(probe);
  await using watches = new CleanupStack();
  const byNetns = [...lab.machines.names()].map((netns) => {
    // biome-ignore lint/nursery/useDisposables: the stack ends it.
    const watch = FrameWatch.open(lab.machines.netns(netns));
    watches.defer(() => watch[Symbol.dispose]());
    return { netns, watch };
  });
  await FrameWatch.stamped(someNode(lab), signal);
  const result = await lab.probe({ ...probe, count: 1 }, signal);
  const seen = byNetns.flatMap(({ netns, watch }) => sightingsIn(lab, netns, watch));
  seen.sort((a, b) => (a.timestampNs < b.timestampNs ? -1 : a.timestampNs > b.timestampNs ? 1 : 0));
  const legs = walkOf(seen, await questionOf(lab, { probe, result, transport }));
  const lost = byNetns.reduce((sum, { watch }) => sum + watch.takeLost(), 0);
  return { probe: result, ...legs, owners: ownersOf(lab, [legs.there, legs.back]), lost };
}

/** One that has a loopback, as a switch has not. */
function someNode({ machines, request }: LiveLab): Netns {
  const [node] = request.topology.nodes;
  if (node === undefined) throw new RangeError("a lab has a node");
  return machines.netns(node.name);
}

const transports: Readonly<Record<WalkedKind, WalkQuestion["transport"]>> = {
  ping: "icmp",
  tcp: "tcp",
  http: "tcp",
  udp: "udp",
  dns: "udp",
  arp: "arp",
};

function transportOf({ kind, overTcp }: Probe): WalkQuestion["transport"] {
  if (isWalked(kind)) return overTcp === true ? "tcp" : transports[kind];
  throw new RunError("RUN_BAD_REQUEST", `a ${kind} probe is no walk of one packet`, {
    hint: `walk with ${walkedKinds.join(", ")}`,
  });
}

/** Frames of one netns in the order in which they passed. */
function sightingsIn(lab: LiveLab, netns: string, watch: FrameWatch): readonly Sighting[] {
  const frames = [...watch.take()];
  if (frames.length === 0) return [];
  const links = lab.machines.netlink(netns).links();
  const nameByIndex = new Map(links.map(({ index, name }) => [index, name]));
  const where = whereIs(lab.request.topology, netns);
  const decoded = decodeCaptured(
    frames.map((frame) => ({
      ...frame,
      interfaceName: "",
      originalLength: frame.data.byteLength,
    })),
  );
  return frames.flatMap(({ index, direction, timestampNs }, place) => {
    const packet = innerPacket(decoded[place]?.layers ?? []);
    const device = nameByIndex.get(index) ?? `#${index}`;
    return packet === undefined ? [] : [{ where, device, direction, timestampNs, packet }];
  });
}

async function questionOf(
  lab: LiveLab,
  {
    probe,
    result,
    transport,
  }: {
    readonly probe: Probe;
    readonly result: ProbeResult;
    readonly transport: WalkQuestion["transport"];
  },
): Promise<WalkQuestion> {
  const { target, attempts } = result;
  const local = attempts[0]?.local;
  return {
    where: whereIs(lab.request.topology, lab.places.machine(probe.from).netns),
    transport,
    aim: target,
    endpoints: await endpointsOf(lab, probe, { target, transport }),
    source: local && formatSocketAddress(local.address, local.port),
  };
}

/** A node translates what its own processes send before any of its devices carries it. */
async function endpointsOf(
  lab: LiveLab,
  { from }: Probe,
  { target, transport }: { readonly target: string; readonly transport: WalkQuestion["transport"] },
): Promise<readonly string[]> {
  const to = parseTarget(target);
  if (from.type !== "node" || transport === "arp" || !to.ok) return [];
  const { ends } = await predictFlow(livePrediction(lab), {
    from,
    to: to.value,
    protocol: transport,
    family: undefined,
    via: undefined,
  });
  return ends.flatMap(({ endpoint }) => endpoint ?? []);
}
