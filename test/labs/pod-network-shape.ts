/**
 * What a person who knows a pod network looks at, held against topologies/pod-networks.yaml:
 *
 *     node01 192.168.0.16: a, b      node02 192.168.0.18: c      master 192.168.0.14
 */
import type { ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import type { NetworkVariant } from "../../src/topology/raw/network-variant.ts";
import { isMade } from "../fallback-tunnels.ts";

export interface PodNetworkShape {
  readonly variant: NetworkVariant;
  /** What a traceroute from a to c shows before c itself, and from the master. */
  readonly hops: { readonly fromPod: readonly string[]; readonly fromNode: readonly string[] };
  /** The source that c sees of the master. */
  readonly nodeSeenAs: string;
  /** What a ping from a to c is inside of, between the nodes; undefined: inside of nothing. */
  readonly wire: string | undefined;
  /** Bytes, of a pod's eth0. */
  readonly mtu: number;
  /** Whether a router is between the pods, which can say that a packet is too large. */
  readonly routed: boolean;
  /** In node01, all of `ip route`, without what its own network brings: the default route and 192.168.0.0/24. */
  readonly routes: readonly string[];
  /** In node01, all devices but `lo` and `eth0`, each with MTU and IPv4 address, if it has one. */
  readonly devices: readonly string[];
  /** In node01, neighbours that are written and not learned. */
  readonly neighbours: readonly string[];
  /** In node01, forwarding entries that lead to other nodes. */
  readonly fdb: readonly string[];
  /** In pod a, all of `ip route`. */
  readonly podRoutes: readonly string[];
  /** Commands in node01, and what must be among what they say. */
  readonly node?: Readonly<Record<string, readonly RegExp[]>>;
}

/** Brings it up and looks at all of it. */
export async function hasShape(t: ExecutionContext, network: PodNetworkShape): Promise<void> {
  await using lab = await up("topologies/pod-networks.yaml", { network: network.variant });
  const addresses = new Map((await lab.status()).pods.map(({ name, podIP }) => [name, podIP]));
  const [a = "", c = ""] = [addresses.get("a"), addresses.get("c")];

  t.deepEqual(await hops(lab, "pod/a", "pod/c"), [...network.hops.fromPod, c]);
  t.deepEqual(await hops(lab, "node/master", "pod/c"), [...network.hops.fromNode, c]);
  const seen = await lab.probe({ kind: "tcp", from: "node/master", to: "pod/c:80" });
  t.is(`${seen.attempts[0]?.serverSaw?.source?.address}`, network.nodeSeenAs);

  await hasTables(t, lab, network);
  for (const [command, expected] of Object.entries(network.node ?? {})) {
    const text = await run(t, lab, "node/node01", command);
    for (const pattern of expected) t.regex(text, pattern, command);
  }
  await wireHolds(t, lab, network, { a, c });
  await mtuHolds(t, lab, network);
}

async function hasTables(t: ExecutionContext, lab: Lab, network: PodNetworkShape): Promise<void> {
  const node = async (command: string): Promise<readonly string[]> =>
    lines(await run(t, lab, "node/node01", command));
  const own = /^default via 192\.168\.0\.1 |^192\.168\.0\.0\/24 dev eth0 /;
  const routes = (await node("ip route")).filter((line) => !own.test(line));
  t.deepEqual(routes, [...network.routes].sort(), "ip route");
  t.deepEqual(await devices(t, lab), [...network.devices].sort(), "ip link, ip address");
  const neighbours = (await node("ip neigh")).filter((line) => line.endsWith(" PERMANENT"));
  t.deepEqual(neighbours.map(withoutMac).sort(), [...network.neighbours].sort(), "ip neigh");
  const fdb = (await node("bridge fdb")).filter((line) => line.includes(" dst "));
  t.deepEqual(fdb.map(withoutMac).sort(), [...network.fdb].sort(), "bridge fdb");
  t.deepEqual(
    lines(await run(t, lab, "pod/a", "ip route")),
    [...network.podRoutes].sort(),
    "ip route in the pod",
  );
}

/** As `name mtu address`, sorted. */
async function devices(t: ExecutionContext, lab: Lab): Promise<readonly string[]> {
  const text = await run(t, lab, "node/node01", "ip -j address");
  const all = JSON.parse(text) as ReadonlyArray<{
    readonly ifname: string;
    readonly mtu: number;
    readonly addr_info: ReadonlyArray<{ readonly local: string; readonly prefixlen: number }>;
  }>;
  return (
    all
      .filter(({ ifname }) => ifname !== "lo" && ifname !== "eth0")
      // A network may make the kernel's own tunnel its own.
      .filter(({ ifname, addr_info }) => isMade(ifname) || addr_info.length > 0)
      .map(({ ifname, mtu, addr_info }) =>
        [
          withoutHash(ifname),
          `${mtu}`,
          ...addr_info.map(({ local, prefixlen }) => `${local}/${prefixlen}`),
        ].join(" "),
      )
      .sort()
  );
}

/** Without the parts of device names that come from a hash, sorted. */
function lines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => withoutHash(line.trim()))
    .filter((line) => line !== "")
    .sort();
}

function withoutHash(text: string): string {
  return text.replace(/\b(cali|vethwepl|veth)[0-9a-f]{7,11}\b/g, "$1…");
}

function withoutMac(text: string): string {
  return text.replace(/\b02(:[0-9a-f]{2}){5}\b/, "MAC");
}

/** A ping from a to c, as it is between the nodes: whole inside what the network wraps it in, or as it was sent. */
async function wireHolds(
  t: ExecutionContext,
  lab: Lab,
  { wire }: PodNetworkShape,
  { a, c }: { readonly a: string; readonly c: string },
): Promise<void> {
  await using capture = await lab.capture(["node/node01"]);
  const { ok } = await lab.probe({ kind: "ping", from: "pod/a", to: "pod/c" });
  t.true(ok);
  const between = "ip.src == 192.168.0.16 && ip.dst == 192.168.0.18";
  const request = `icmp.type == 8 && ip.src == ${a} && ip.dst == ${c}`;
  const bare = await capture.packets(`${request} && !udp && !(${between})`);
  if (wire === undefined) {
    t.is(bare.length, 1);
    t.is((await capture.packets(`${between} && !tcp`)).length, 0);
    return;
  }
  t.is(bare.length, 0);
  t.true((await capture.packets(`${between} && ${wire}`)).length > 0);
}

/**
 * The largest packet passes from end to end with "don't fragment" set, and one byte more is refused: to the pod by its
 * own device and, of a pod whose device has been made to believe in more, by the first router on the way.
 */
async function mtuHolds(
  t: ExecutionContext,
  lab: Lab,
  { mtu, routed }: PodNetworkShape,
): Promise<void> {
  const headers = 28;
  const ping = async (to: string, bytes: number) => {
    const aim = { kind: "ping", from: "pod/a", to, dontFragment: true } as const;
    const { ok, attempts } = await lab.probe({ ...aim, sizeBytes: bytes - headers });
    return { ok, said: JSON.stringify(attempts) };
  };
  t.true((await ping("pod/b", mtu)).ok, `${mtu} bytes on one node`);
  t.true((await ping("pod/c", mtu)).ok, `${mtu} bytes between nodes`);
  t.regex((await ping("pod/c", mtu + 1)).said, /too big/, "its own device refuses");
  if (!routed) return;
  await run(t, lab, "pod/a", `ip link set dev eth0 mtu ${mtu + 4}`);
  await using capture = await lab.capture(["pod/a"]);
  t.regex((await ping("pod/c", mtu + 1)).said, /too big/, "a router refuses");
  const answers = await capture.packets("icmp.type == 3 && icmp.code == 4");
  t.is(answers.length, 1, "fragmentation needed");
}

async function hops(lab: Lab, from: string, to: string): Promise<readonly string[]> {
  const { attempts } = await lab.probe({ kind: "traceroute", from, to });
  return attempts.flatMap(({ hops = [] }) => hops.map(({ address = "*" }) => `${address}`));
}

async function run(t: ExecutionContext, lab: Lab, where: string, command: string): Promise<string> {
  const { exitCode, stdout, stderr } = await lab.exec(where, command.split(" "));
  t.is(exitCode, 0, `${command}: ${stderr}`);
  return stdout;
}
