/**
 * bird.conf(5) for BIRD 2, after the templates that calico/node hands to its own BIRD.
 *
 * Routes come from four places and go to two: what the node originates (`blocks`), what is on its wires
 * (`direct`), what its kernel has (`learn`), and what peers say, go to peers through `to_peers` and to
 * the kernel through `to_kernel`.
 */
import { type Cidr, formatCidr } from "../../net/cidr.ts";
import { familyOf, type IpFamily } from "../../net/ip-address.ts";
import type { BirdConfig, BirdPeer, BirdTunnel } from "./bird-config.ts";

/** What differs between the families: BIRD 1 was two programs, and calico/node still runs one for each. */
const families = {
  ipv4: { channel: "ipv4", folder: "/run/bird" },
  ipv6: { channel: "ipv6", folder: "/run/bird6" },
} as const;

function familyWords({ pool }: BirdConfig): (typeof families)[IpFamily] {
  return families[familyOf(pool.address)];
}

/** Next hops resolve here when tunnels say how nodes are reached. */
const tunnelTable = "tunnels4";

export function renderBirdConfig(config: BirdConfig): string {
  const { tunnel } = config;
  const parts = [
    `log "${familyWords(config).folder}/bird.log" all;\nrouter id ${config.routerId};`,
    ...(tunnel === undefined ? [] : [renderTunnels(tunnel)]),
    renderSources(config),
    config.role === "node" ? renderNodeFilters(config) : renderRouterFilters(),
    renderKernel(config),
    renderTemplate(config),
    ...config.peers.map((peer) => renderPeer(peer)),
  ];
  return `${parts.join("\n\n")}\n`;
}

/** A table of its own for next hops: through the tunnel or, within a subnet, not. */
function renderTunnels({ device, hops }: BirdTunnel): string {
  const routes = hops.map(({ address, isTunnelled }) =>
    isTunnelled
      ? `  route ${address}/32 via ${address}%${device} onlink;`
      : `  route ${address}/32 via ${address};`,
  );
  return block(`ipv4 table ${tunnelTable};\nprotocol static tunnels`, [
    `  ipv4 { table ${tunnelTable}; };`,
    ...routes,
  ]);
}

function renderSources(config: BirdConfig): string {
  const { blocks, timers } = config;
  const { channel } = familyWords(config);
  const scan = block("protocol device", [`  scan time ${timers.scan};`]);
  // Recursive next hops resolve through the networks on the wires. Pods' wires are none of them.
  const direct = block("protocol direct", [
    `  ${channel};`,
    '  interface -"cali*", -"kube-ipvs*", "*";',
  ]);
  const own = block("protocol static blocks", [
    `  ${channel};`,
    ...blocks.map((each) => `  route ${formatCidr(each)} blackhole;`),
  ]);
  return [scan, direct, own].join("\n");
}

function renderNodeFilters({ borrowed, pool, peers }: BirdConfig): string {
  // A reflector also hands on what it heard.
  const reflects = peers.some(({ routeReflectorClient }) => routeReflectorClient);
  const toPeers = [
    // By name and not one by one: BIRD can overlook a block that it is told of together with a filter that lets it out.
    '  if proto = "blocks" then accept;',
    ...(borrowed.length === 0 ? [] : [`  if net ~ ${set(borrowed)} then accept;`]),
    ...(reflects ? [`  if source = RTS_BGP && net ~ ${within(pool)} then accept;`] : []),
    "  reject;",
  ];
  return [
    block("filter from_peers", [`  if net ~ ${within(pool)} then accept;`, "  reject;"]),
    block("filter to_peers", toPeers),
    toKernel,
  ].join("\n");
}

function renderRouterFilters(): string {
  return [
    block("filter from_peers", ["  accept;"]),
    block("filter to_peers", ["  if source ~ [ RTS_BGP, RTS_DEVICE ] then accept;", "  reject;"]),
    toKernel,
  ].join("\n");
}

/** BIRD 2 would write the kernel's own routes back to it. */
const toKernel = block("filter to_kernel", ["  if source = RTS_DEVICE then reject;", "  accept;"]);

function renderKernel(config: BirdConfig): string {
  const { timers, gracefulRestart } = config;
  return block("protocol kernel", [
    "  learn;",
    // The routes outlive the daemon: pods go on speaking while it is replaced.
    "  persist;",
    "  metric 0;",
    `  scan time ${timers.scan};`,
    "  merge paths on;",
    ...(gracefulRestart ? ["  graceful restart;"] : []),
    `  ${familyWords(config).channel} { import all; export filter to_kernel; };`,
  ]);
}

function renderTemplate(config: BirdConfig): string {
  const { asNumber, routerId, address = routerId, timers } = config;
  const { gracefulRestart, tunnel, isExternal } = config;
  const [first, last] = timers.errorWait;
  const gateway = isExternal ? ["gateway direct;"] : ["gateway recursive;"];
  const igp = tunnel === undefined ? [] : [`igp table ${tunnelTable};`];
  const channel = [
    ...["import filter from_peers;", "export filter to_peers;", "add paths on;"],
    ...[...gateway, ...igp],
  ];
  return block("template bgp peer", [
    ...(isExternal
      ? [`  local as ${asNumber};`, "  direct;"]
      : [`  local ${address} as ${asNumber};`, "  multihop;"]),
    `  connect delay time ${timers.connectDelay};`,
    `  connect retry time ${timers.connectRetry};`,
    `  error wait time ${first},${last};`,
    `  keepalive time ${timers.keepalive};`,
    `  hold time ${timers.hold};`,
    ...(gracefulRestart ? ["  graceful restart;"] : []),
    `  ${familyWords(config).channel} { ${channel.join(" ")} };`,
  ]);
}

function renderPeer({ name, address, asNumber, passive, routeReflectorClient }: BirdPeer): string {
  return block(`protocol bgp ${name} from peer`, [
    `  neighbor ${address} as ${asNumber};`,
    ...(passive ? ["  passive on;"] : []),
    ...(routeReflectorClient ? ["  rr client;"] : []),
  ]);
}

function block(head: string, lines: readonly string[]): string {
  return [`${head} {`, ...lines, "}"].join("\n");
}

function set(blocks: readonly Cidr[]): string {
  return `[ ${blocks.map(formatCidr).join(", ")} ]`;
}

/** The block itself and all that is in it. */
function within(pool: Cidr): string {
  return `[ ${formatCidr(pool)}+ ]`;
}
