/** A cluster that changes while packets flow, over every pod network. */
import test, { type ExecutionContext } from "ava";
import { type Lab, up } from "../../src/index.ts";
import { patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";

const TOPOLOGY = "topologies/nodes-come-and-go.yaml";
const networks = [
  "bridge",
  "flannel/vxlan",
  "flannel/host-gw",
  "weave/fastdp",
  "weave/sleeve",
  "calico/bgp",
  "calico/vxlan",
] as const;

test.serial("while pods and nodes come and go, no network loses a packet", async (t) => {
  t.timeout(patient(240_000));
  const args = ["test", TOPOLOGY, "--network", networks.join(",")];
  const { exitCode, stdout, stderr } = await runPodwire(args, { timeoutMs: 220_000 });
  t.is(exitCode, 0, `${stdout}${stderr}`);
  t.regex(stdout, /^21 passed in /m);
});

for (const network of networks) {
  test.serial(`${network}: of a node that leaves nothing is left on the others`, async (t) => {
    await using lab = await up(TOPOLOGY, { network });
    const before = await tables(t, lab);
    const node = { apiVersion: "v1", kind: "Node", metadata: { name: "node03" } };
    await lab.apply(node, podOnIt);
    await lab.settled();
    t.true((await lab.probe({ kind: "ping", from: "pod/a", to: "pod/d" })).ok);
    await lab.delete("Node", { name: "node03" });
    await lab.settled();
    t.deepEqual(await tables(t, lab), before);
    t.true((await lab.probe({ kind: "ping", from: "pod/a", to: "pod/c" })).ok);
  });
}

const podOnIt = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "d", namespace: "default" },
  spec: { nodeName: "node03", containers: [{ name: "web", image: "web" }] },
};

/** What node01 knows of others, without what it learned by itself and forgets by itself. */
async function tables(t: ExecutionContext, lab: Lab): Promise<readonly string[]> {
  const commands =
    "ip route; ip neigh show nud permanent; bridge fdb | grep dst; ipset save; ip -br link";
  const { exitCode, stdout } = await lab.exec("node/node01", ["sh", "-c", commands]);
  t.is(exitCode, 0);
  return stdout
    .split("\n")
    .map((line) => line.replace(/ initval \S+/, "").trim())
    .sort();
}
