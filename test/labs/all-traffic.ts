/** A capture of everything that podwire can send, on every wire of a lab at once. */
import type { CapturedPacket, Lab, ProbeRequest } from "../../src/index.ts";

/** Flannel's port and IANA's: both are VXLAN to podwire. */
const tunnels = [
  { name: "vx8472", vni: 1, port: 8472, subnet: "172.31.1" },
  { name: "vx4789", vni: 4242, port: 4789, subnet: "172.31.2" },
] as const;
const ends = [
  { node: "node01", local: "192.168.0.16", remote: "192.168.0.18", host: 1 },
  { node: "node02", local: "192.168.0.18", remote: "192.168.0.16", host: 2 },
] as const;

const tunnelled = tunnels.flatMap(({ subnet }): readonly ProbeRequest[] => {
  const [from, to] = ["node/node01", `${subnet}.2`];
  return [
    { kind: "ping", from, to },
    { kind: "ping", from, to, sizeBytes: 3_000 },
    { kind: "tcp", from, to: `${to}:30080` },
    { kind: "udp", from, to: `${to}:30500` },
    { kind: "tcp", from, to: `${to}:9` },
    { kind: "udp", from, to: `${to}:9` },
    { kind: "traceroute", from, to },
    { kind: "arp", from, to },
  ];
});

/** Successes, and each way to fail. */
const probes: readonly ProbeRequest[] = [
  { kind: "tcp", from: "deploy/default/echo", to: "svc/default/echo:80", count: 4 },
  { kind: "udp", from: "deploy/default/echo", to: "svc/default/echo:5000", count: 4 },
  { kind: "http", from: "host/laptop", to: "node/master:30080/echo?msg=hello", count: 4 },
  { kind: "http", from: "host/laptop", to: "node/node01:30080/hostname", count: 4 },
  { kind: "http", from: "host/web", to: "node/node02:30080", method: "POST", body: "a=1&b=2" },
  { kind: "http", from: "deploy/default/echo", to: "host/web:80/nothing-there" },
  { kind: "udp", from: "host/laptop", to: "node/node01:30500", count: 4 },
  { kind: "udp", from: "host/laptop", to: "host/web:5000", body: "x".repeat(1_400) },
  { kind: "udp", from: "host/laptop", to: "host/web:5000", body: "y".repeat(4_000) },
  { kind: "dns", from: "deploy/default/echo", to: "www.example.org", server: "203.0.113.10" },
  { kind: "dns", from: "host/laptop", to: "example.org", server: "203.0.113.10", recordType: "MX" },
  { kind: "ping", from: "host/laptop", to: "deploy/default/echo" },
  { kind: "ping", from: "deploy/default/echo", to: "host/web" },
  { kind: "ping", from: "node/master", to: "node/node01", sizeBytes: 3_000 },
  { kind: "ping", from: "node/master", to: "node/node01", sizeBytes: 3_000, dontFragment: true },
  { kind: "traceroute", from: "deploy/default/echo", to: "host/web" },
  { kind: "traceroute", from: "host/laptop", to: "host/web" },
  { kind: "traceroute", from: "node/master", to: "deploy/default/echo" },
  { kind: "arp", from: "host/laptop", to: "node/node02" },
  { kind: "arp", from: "node/node02", to: "192.168.0.77" },
  { kind: "tcp", from: "host/laptop", to: "node/node01:9" },
  { kind: "udp", from: "host/laptop", to: "node/node01:9" },
  { kind: "tcp", from: "deploy/default/echo", to: "svc/default/nobody:80" },
  { kind: "tcp", from: "host/laptop", to: "10.9.9.9:80" },
  { kind: "udp", from: "deploy/default/echo", to: "10.9.9.9:5000" },
  { kind: "dns", from: "deploy/default/echo", to: "example.org", server: "10.9.9.9" },
  { kind: "ping", from: "node/node01", to: "192.168.0.78" },
  ...tunnelled,
];

/** Every packet on every device of nodes, pods, hosts and the router while all kinds of probes run. */
export async function captureAllTraffic(lab: Lab): Promise<readonly CapturedPacket[]> {
  await openTunnels(lab);
  const { nodes, hosts } = await lab.status();
  const devices = ["eth0", "cni0", ...tunnels.map(({ name }) => name)];
  await using capture = await lab.capture([
    ...nodes.map(({ name }) => `node/${name}`),
    // The master runs no pods, so it has no bridge.
    ...ends.flatMap(({ node }) => devices.slice(1).map((device) => `node/${node}:${device}`)),
    ...hosts.map(({ name }) => `host/${name}`),
    ...["deploy/default/echo", "router/router", "router/router:eth1", "underlay:underlay"],
  ]);
  // What the pods and nodes have asked already they would not ask again.
  for (const { node } of ends) await run(lab, node, "ip neigh flush dev cni0");
  for (const probe of probes) await lab.probe({ timeoutMs: 250, ...probe });
  return await capture.packets();
}

/** The pod network of this lab has no tunnels, and a tunnel is what packets within packets come from. */
async function openTunnels(lab: Lab): Promise<void> {
  for (const { node, local, remote, host } of ends) {
    for (const { name, vni, port, subnet } of tunnels) {
      const type = `type vxlan id ${vni} local ${local} remote ${remote} dstport ${port}`;
      await run(lab, node, `ip link add ${name} mtu 1450 ${type}`);
      await run(lab, node, `ip addr add ${subnet}.${host}/24 dev ${name}`);
      await run(lab, node, `ip link set ${name} up`);
    }
  }
}

async function run(lab: Lab, node: string, command: string): Promise<void> {
  const { exitCode, stderr } = await lab.exec(`node/${node}`, command.split(" "));
  if (exitCode !== 0) throw new Error(`${node}: ${command}: ${stderr}`);
}
