import test from "ava";
import { createObject } from "../../../api/requests/requests.ts";
import { startTestServer } from "../testing/test-server.ts";

const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } };

test("an event is one object under two names, each with its own words", async (t) => {
  await using server = await startTestServer();
  createObject(server.store, namespace);
  const regarding = { kind: "Pod", name: "p", namespace: "default" };
  const path = "namespaces/default/events";
  const { code, body } = await server.ask("POST", `/apis/events.k8s.io/v1/${path}`, {
    body: {
      apiVersion: "events.k8s.io/v1",
      kind: "Event",
      metadata: { name: "e" },
      regarding,
      note: "began",
      reason: "Starting",
      type: "Normal",
      action: "Start",
      eventTime: "2026-01-01T00:00:00.000001Z",
      reportingController: "kube-proxy",
      reportingInstance: "kube-proxy-node01",
    },
  });
  t.is(code, 201);
  t.is(body.apiVersion, "events.k8s.io/v1");
  t.is(body.note, "began");
  const { body: core } = await server.ask("GET", `/api/v1/${path}/e`);
  t.is(core.apiVersion, "v1");
  t.is(core.message, "began");
  t.deepEqual(core.involvedObject, regarding);
  t.is(core.reportingComponent, "kube-proxy");
  t.false("note" in core);
  const selected = await server.ask(
    "GET",
    `/apis/events.k8s.io/v1/${path}?fieldSelector=regarding.name%3Dp`,
  );
  t.is(selected.body.items.length, 1);
});

test("where an endpoint is, v1beta1 tells in a map", async (t) => {
  await using server = await startTestServer();
  createObject(server.store, namespace);
  const path = "namespaces/default/endpointslices";
  const topology = {
    "kubernetes.io/hostname": "node01",
    "topology.kubernetes.io/zone": "a",
    rack: "7",
  };
  const { code, body } = await server.ask("POST", `/apis/discovery.k8s.io/v1beta1/${path}`, {
    body: {
      apiVersion: "discovery.k8s.io/v1beta1",
      kind: "EndpointSlice",
      metadata: { name: "s" },
      addressType: "IPv4",
      endpoints: [{ addresses: ["10.1.1.1"], topology }],
      ports: [{ port: 80 }],
    },
  });
  t.is(code, 201);
  t.deepEqual(body.endpoints[0].topology, topology);
  const { body: stable } = await server.ask("GET", `/apis/discovery.k8s.io/v1/${path}/s`);
  t.like(stable.endpoints[0], { nodeName: "node01", zone: "a", deprecatedTopology: { rack: "7" } });
  t.false("topology" in stable.endpoints[0]);
});
