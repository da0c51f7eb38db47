import test from "ava";
import { sampleTopology } from "../../testing/sample-lab.ts";
import { firstObjects } from "./first-objects.ts";

test("every node is there, with its addresses and its share of the pod network", (t) => {
  const { nodes } = firstObjects(sampleTopology);
  t.deepEqual(
    nodes.map(({ metadata, spec, status }) => [
      metadata.name,
      spec?.podCIDR,
      status?.addresses?.map(({ type, address }) => `${type} ${address}`),
    ]),
    [
      ["node01", "10.244.0.0/24", ["InternalIP 192.168.0.11", "Hostname node01"]],
      ["node02", "10.244.1.0/24", ["InternalIP 192.168.0.12", "Hostname node02"]],
    ],
  );
  t.false(nodes.some(({ spec }) => spec !== undefined && "taints" in spec));
});

test("the API server's Service leads to the control plane, or to the first node without one", (t) => {
  const { service, endpoints } = firstObjects(sampleTopology);
  t.is(service.metadata.name, "kubernetes");
  t.true(JSON.stringify(endpoints).includes('"192.168.0.11"'));
  t.false(JSON.stringify(endpoints).includes('"192.168.0.12"'));
  const nodes = sampleTopology.nodes.map((node, index) =>
    index === 1 ? { ...node, roles: ["control-plane"] as const } : node,
  );
  const led = JSON.stringify(firstObjects({ ...sampleTopology, nodes }).endpoints);
  t.true(led.includes('"192.168.0.12"'));
  t.false(led.includes('"192.168.0.11"'));
});
