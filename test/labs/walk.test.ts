/** Which way a packet takes: told of real ones, over a network that hides them in a tunnel. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { type Leg, up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const topology = `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: walk}
spec:
  nodes: [{name: node01}, {name: node02}]
  network: {plugin: {name: flannel, backend: vxlan}}
  dns: {enabled: false}
---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {nodeName: node01, containers: [{name: client, image: client}]}
---
apiVersion: v1
kind: Pod
metadata: {name: server, labels: {app: server}}
spec: {nodeName: node02, containers: [{name: server, image: server, ports: [{containerPort: 8080}]}]}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec:
  selector: {app: server}
  ports:
    - {name: http, port: 80, targetPort: 8080}
    - {name: echo, port: 80, targetPort: 8080, protocol: UDP}
---
apiVersion: v1
kind: Service
metadata: {name: nobody}
spec: {selector: {app: nobody}, ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: guarded, labels: {app: guarded}}
spec: {nodeName: node02, containers: [{name: server, image: server, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: nobody-asks}
spec: {podSelector: {matchLabels: {app: guarded}}, policyTypes: [Ingress]}
`;

await using folder = await ScratchFolder.create();
const file = path.join(folder.path, "walk.yaml");
await writeFile(file, topology);
const lab = await up(file);
test.after.always(() => lab.down());

/** The machines in their order, each with what was translated on it and what it was carried in. */
function way({ passages }: Leg): readonly string[] {
  const machines: string[] = [];
  let before = "";
  for (const { where, translations, tunnels } of passages) {
    if (where !== before) machines.push(where);
    before = where;
    const notes = [...translations, ...tunnels.map(({ protocol }) => protocol)];
    for (const note of notes) {
      const last = machines.at(-1) ?? "";
      if (!last.endsWith(` ${note}`)) machines[machines.length - 1] = `${last} ${note}`;
    }
  }
  return machines;
}

for (const kind of ["tcp", "udp"] as const) {
  test(`${kind} to a Service: translated on its own node, through a tunnel, and back`, async (t) => {
    const from = "pod/default/client";
    const { probe, there, back, owners, lost } = await lab.walk({
      kind,
      from,
      to: "svc/default/web",
    });
    t.true(probe.ok);
    t.is(lost, 0);
    t.deepEqual(way(there), [
      "pod/default/client",
      "node/node01 DNAT VXLAN 1",
      "underlay VXLAN 1",
      "node/node02 VXLAN 1",
      "pod/default/server",
    ]);
    t.deepEqual(way(back), [
      "pod/default/server",
      "node/node02 VXLAN 1",
      "underlay VXLAN 1",
      "node/node01 VXLAN 1 DNAT undone",
      "pod/default/client",
    ]);
    t.is(there.passages[0]?.device, "eth0");
    const times = [...there.passages, ...back.passages].map(({ afterMs }) => afterMs);
    t.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    const [server = ""] = there.passages.at(-1)?.destination.split(":") ?? [];
    t.is(owners[server], "pod/default/server");
    t.is(owners[probe.target.split(":")[0] ?? ""], "svc/default/web");
  });
}

test("what a node sends to a Service is translated before any device carries it", async (t) => {
  const walk = await lab.walk({ kind: "tcp", from: "node/node01", to: "svc/default/web" });
  t.deepEqual(walk.there.passages[0]?.translations, ["DNAT"]);
  t.is(walk.there.passages[0]?.destination, walk.there.passages.at(-1)?.destination);
  t.is(walk.there.passages.at(-1)?.where, "pod/default/server");
  t.is(walk.back.passages.at(-1)?.where, "node/node01");
});

test("a Service without endpoints: the client's own node sends the refusal", async (t) => {
  const request = { kind: "tcp", from: "pod/default/client", to: "svc/default/nobody" } as const;
  const { probe, there, back } = await lab.walk(request);
  t.false(probe.ok);
  t.deepEqual(way(there), ["pod/default/client", "node/node01"]);
  t.is(back.packet, "ICMP port unreachable");
  t.deepEqual(way(back), ["node/node01", "pod/default/client"]);
});

test("a packet that a policy forbids is last seen on the node of the pod that it guards", async (t) => {
  const { there, back } = await lab.walk({
    ...{ kind: "tcp", from: "pod/default/client", to: "pod/default/guarded:8080" },
    timeoutMs: 300,
  });
  t.is(there.passages.at(-1)?.where, "node/node02");
  t.is(back.packet, undefined);
});

test("an echo through the pod network, and an answer to a question who has an address", async (t) => {
  const ping = await lab.walk({
    kind: "ping",
    from: "pod/default/client",
    to: "pod/default/server",
  });
  t.is(ping.there.packet, "ICMP echo request");
  t.is(ping.back.packet, "ICMP echo reply");
  t.is(ping.back.passages.at(-1)?.where, "pod/default/client");
  const arp = await lab.walk({ kind: "arp", from: "node/node01", to: "node/node02" });
  t.regex(arp.back.packet ?? "", / is-at /);
});

test("a switch has no address to send from", async (t) => {
  const { probe, there } = await lab.walk({ kind: "ping", from: "underlay", to: "node/node01" });
  t.is(probe.attempts[0]?.reason, "not sent");
  t.is(there.packet, undefined);
});

test("what has no first packet of its own is refused, with what can be walked", async (t) => {
  const request = { kind: "traceroute", from: "pod/default/client", to: "node/node02" } as const;
  const error = await t.throwsAsync(lab.walk(request));
  t.regex(error?.message ?? "", /a traceroute probe is no walk of one packet/);
});
