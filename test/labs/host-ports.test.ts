/** `hostPort`: ports of a node that lead to its pods, over every pod network, and as the real plugin has them. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** JSON is YAML. */
const realPlugins = JSON.stringify({
  name: "exec",
  config: {
    cniVersion: "0.4.0",
    name: "bridge",
    plugins: [
      {
        ...{ type: "bridge", bridge: "cni0", isDefaultGateway: true, hairpinMode: true },
        ipam: { type: "host-local", ranges: [[{ subnet: `\${podCIDR}` }]] },
      },
      { type: "portmap", snat: true, capabilities: { portMappings: true } },
    ],
  },
});

const topology = (plugin: string): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: host-ports}
spec:
  nodes: [{name: node01, address: 192.168.0.11}, {name: node02, address: 192.168.0.12}]
  hosts: [{name: laptop, address: 192.168.0.100}]
  network: {plugin: ${plugin}}
  dns: {enabled: false}
---
apiVersion: v1
kind: Pod
metadata: {name: server}
spec:
  nodeName: node02
  containers:
    - name: web
      image: web
      ports:
        - {containerPort: 80, hostPort: 8080}
        - {containerPort: 53, hostPort: 5353, protocol: UDP}
        - {containerPort: 81, hostPort: 8081, hostIP: 192.168.0.99}
---
apiVersion: v1
kind: Pod
metadata: {name: other}
spec: {nodeName: node01, containers: [{name: other, image: other}]}
`;

async function labOver(plugin: string): Promise<Lab> {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "host-ports.yaml");
  await writeFile(file, topology(plugin));
  return await up(file);
}

async function asks(
  t: ExecutionContext,
  lab: Lab,
  [kind, from, to]: readonly ["tcp" | "udp", string, string],
  server: string | undefined,
): Promise<string | undefined> {
  const { attempts } = await lab.probe({ kind, from, to, timeoutMs: 500 });
  t.is(attempts[0]?.serverSaw?.server, server, `${kind} from ${from} to ${to}`);
  return attempts[0]?.serverSaw?.source.address;
}

for (const plugin of ["bridge", "flannel", "weave", "calico"]) {
  test(`over ${plugin}, a hostPort leads to the pod from everywhere, and is gone with it`, async (t) => {
    await using lab = await labOver(plugin);
    const pod = "default/server";
    t.is(await asks(t, lab, ["tcp", "host/laptop", "192.168.0.12:8080"], pod), "192.168.0.100");
    await asks(t, lab, ["udp", "host/laptop", "192.168.0.12:5353"], pod);
    await asks(t, lab, ["tcp", "node/node01", "192.168.0.12:8080"], pod);
    await asks(t, lab, ["tcp", "pod/other", "192.168.0.12:8080"], pod);
    await asks(t, lab, ["tcp", "node/node02", "192.168.0.12:8080"], pod);
    await asks(t, lab, ["tcp", "node/node02", "127.0.0.1:8080"], pod);
    // Its own answer would pass the node by, were it not masqueraded.
    await asks(t, lab, ["tcp", "pod/server", "192.168.0.12:8080"], pod);
    // Another node's port, and one of an address that the node has not.
    await asks(t, lab, ["tcp", "host/laptop", "192.168.0.11:8080"], undefined);
    await asks(t, lab, ["tcp", "host/laptop", "192.168.0.12:8081"], undefined);
    await lab.delete("Pod", { namespace: "default", name: "server" });
    await lab.settled();
    await asks(t, lab, ["tcp", "host/laptop", "192.168.0.12:8080"], undefined);
    const { stdout } = await lab.exec("node/node02", ["iptables-save", "-t", "nat"]);
    t.notRegex(stdout, /CNI-DN-/);
  });
}

test("the rules are those of the real plugin", async (t) => {
  const rules = async (plugin: string): Promise<readonly string[]> => {
    await using lab = await labOver(plugin);
    const { stdout } = await lab.exec("node/node02", ["iptables-save", "-t", "nat"]);
    return stdout
      .split("\n")
      .filter((line) => /CNI-(DN|HOSTPORT)/.test(line))
      .sort();
  };
  const [ours, theirs] = await Promise.all([rules("bridge"), rules(realPlugins)]);
  t.deepEqual(ours, theirs);
  t.true(theirs.length > 10);
});
