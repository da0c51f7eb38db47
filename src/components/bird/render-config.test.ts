import test from "ava";
import { cidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { type BirdConfig, labTimers } from "./bird-config.ts";
import { renderBirdConfig } from "./render-config.ts";

const node: BirdConfig = {
  routerId: ipAddress("192.168.0.16"),
  asNumber: 64_512,
  pool: cidr("10.244.0.0/16"),
  role: "node",
  isExternal: false,
  blocks: [cidr("10.244.1.0/26")],
  borrowed: [],
  peers: [
    {
      name: "Mesh_192_168_0_18",
      address: ipAddress("192.168.0.18"),
      asNumber: 64_512,
      passive: true,
      routeReflectorClient: false,
    },
  ],
  tunnel: undefined,
  timers: labTimers,
  gracefulRestart: true,
};

/** One statement with its body. */
function part(config: BirdConfig, head: string): string {
  const text = renderBirdConfig(config);
  const start = text.indexOf(`${head} {`);
  return start === -1 ? "" : text.slice(start, text.indexOf("\n}", start) + 2);
}

test("a node announces its blocks, and nothing else", (t) => {
  t.is(
    part(node, "filter to_peers"),
    `filter to_peers {
  if proto = "blocks" then accept;
  reject;
}`,
  );
  t.is(
    part(node, "protocol static blocks"),
    `protocol static blocks {
  ipv4;
  route 10.244.1.0/26 blackhole;
}`,
  );
});

test("what goes to peers is said in the same words whatever blocks there are", (t) => {
  const without = { ...node, blocks: [] };
  t.is(part(without, "filter to_peers"), part(node, "filter to_peers"));
  t.false(part(without, "protocol static blocks").includes("route"));
});

test("a borrowed address is announced beside the blocks, and is no blackhole", (t) => {
  const config = { ...node, borrowed: [cidr("10.244.9.5/32")] };
  t.regex(part(config, "filter to_peers"), /net ~ \[ 10\.244\.9\.5\/32 \]/);
  t.false(part(config, "protocol static blocks").includes("10.244.9.5"));
});

test("a reflector hands on what its clients say", (t) => {
  const peers = node.peers.map((peer) => ({ ...peer, routeReflectorClient: true }));
  const config = { ...node, peers };
  t.regex(part(config, "filter to_peers"), /source = RTS_BGP && net ~ \[ 10\.244\.0\.0\/16\+ \]/);
  t.regex(part(config, "protocol bgp Mesh_192_168_0_18 from peer"), /rr client;/);
});

test("in one AS next hops are resolved, between ASes they are on the wire", (t) => {
  t.regex(part(node, "template bgp peer"), /multihop;[\s\S]*gateway recursive;/);
  t.regex(
    part({ ...node, isExternal: true }, "template bgp peer"),
    /direct;[\s\S]*gateway direct;/,
  );
});

test("with a tunnel, next hops resolve in a table that says who is behind it", (t) => {
  const hops = [
    { address: ipAddress("192.168.0.18"), isTunnelled: false },
    { address: ipAddress("192.168.1.16"), isTunnelled: true },
  ];
  const config = { ...node, tunnel: { device: "tunl0", hops } };
  t.regex(part(config, "template bgp peer"), /igp table tunnels4;/);
  t.is(
    part(config, "protocol static tunnels"),
    `protocol static tunnels {
  ipv4 { table tunnels4; };
  route 192.168.0.18/32 via 192.168.0.18;
  route 192.168.1.16/32 via 192.168.1.16%tunl0 onlink;
}`,
  );
});

test("a router hands on what it hears, and tells of its own wires", (t) => {
  const router = { ...node, role: "router", isExternal: true, blocks: [] } as const;
  t.regex(part(router, "filter to_peers"), /source ~ \[ RTS_BGP, RTS_DEVICE \]/);
});

test("the kernel's own routes are not written back to it", (t) => {
  t.regex(part(node, "filter to_kernel"), /if source = RTS_DEVICE then reject;/);
});

test("without graceful restart nobody is told that routes may be kept", (t) => {
  t.false(renderBirdConfig({ ...node, gracefulRestart: false }).includes("graceful"));
});

test("IPv6 has a daemon of its own, whose router id is still an IPv4 address", (t) => {
  const config: BirdConfig = {
    ...node,
    address: ipAddress("fd00:192:168::16"),
    pool: cidr("fd00:10:244::/56"),
    blocks: [cidr("fd00:10:244::40/122")],
  };
  const text = renderBirdConfig(config);
  t.true(text.startsWith('log "/run/bird6/bird.log" all;\nrouter id 192.168.0.16;'));
  t.regex(
    part(config, "template bgp peer"),
    /local fd00:192:168::16 as 64512;(.|\n)*ipv6 \{ import/,
  );
  t.regex(
    part(config, "protocol static blocks"),
    /ipv6;\n {2}route fd00:10:244::40\/122 blackhole;/,
  );
  t.false(/ipv4 *[{;]/.test(text));
});
