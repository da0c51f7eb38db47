import test from "ava";
import { parse } from "yaml";
import * as z from "zod";
import { stepTypes } from "./scenario/scenario.ts";
import { type JsonSchema, topologySchema } from "./schema.ts";

const { $schema, definitions } = topologySchema() as {
  readonly $schema: string;
  readonly definitions: Readonly<Record<"Topology" | "Scenario" | "Step", JsonSchema>>;
};

/** A reader made from the JSON Schema alone. */
function readerOf(definition: "Topology" | "Step"): z.ZodType {
  // The types of `fromJSONSchema` know no dialect; what it cannot read it throws at.
  return z.fromJSONSchema({ $schema, ...definitions[definition], definitions } as Parameters<
    typeof z.fromJSONSchema
  >[0]);
}

const steps = [
  { text: "capture: node/node01", valid: true },
  { text: "capture: [node/node01, host/laptop]", valid: true },
  { text: "capture: {at: node/node01}", valid: false },
  { text: "probe: {from: host/laptop, ping: node/node01}", valid: true },
  {
    text: "{probe: {from: host/laptop, tcp: 'a:80'}, expect: {ok: false, reason: refused}}",
    valid: true,
  },
  { text: "probe: {from: host/laptop}", valid: false },
  { text: "probe: {from: host/laptop, ping: a.b, tcp: 'a.b:80'}", valid: false },
  { text: "{probe: {from: host/laptop, ping: a.b}, expect: {okay: true}}", valid: false },
  { text: "{capture: node/node01, probe: {from: host/laptop, ping: a.b}}", valid: false },
  { text: "packets: {where: tcp, expect: none}", valid: true },
  { text: "packets: {where: tcp, expect: {atLeast: 2}}", valid: true },
  { text: "packets: {where: tcp, expect: nothing}", valid: false },
  { text: "{packets: {where: tcp}, expect: none}", valid: false },
  {
    text: "{exec: {at: node/a, command: [ip, route]}, expect: {stdout: {contains: x}}}",
    valid: true,
  },
  { text: "apply: web.yaml", valid: true },
  { text: "apply: {apiVersion: v1, kind: Service, metadata: {name: x}}", valid: true },
  { text: "delete: deploy/vote/vote", valid: true },
  { text: "scale: {deployment: vote/vote, replicas: 4}", valid: true },
  { text: "scale: {deployment: vote/vote, replicas: four}", valid: false },
  { text: "kill: pod/vote/vote-x", valid: true },
  { text: "wait: {endpoints: vote/vote, count: 4, within: 5s}", valid: true },
  { text: "rollout: {deployment: vote/vote}", valid: true },
  { text: "fail: {node: node01}", valid: true },
  { text: "heal: {link: 'node/node01:eth0'}", valid: true },
  { text: "impair: {at: node/node01, delay: 10ms, loss: 1%}", valid: true },
  { text: "parallel: [{kill: pod/a/b}, {kill: pod/a/c}]", valid: true },
  { text: "parallel: [{kil: pod/a/b}]", valid: false },
  {
    text: "during: {steps: [{kill: pod/a/b}], probe: {from: host/laptop, ping: a.b}, every: 5ms}",
    valid: true,
  },
  { text: "prob: {from: host/laptop, ping: a.b}", valid: false },
  { text: "{}", valid: false },
];

for (const { text, valid } of steps) {
  test(`the schema ${valid ? "takes" : "refuses"} the step ${text}`, (t) => {
    t.is(readerOf("Step").safeParse(parse(text)).success, valid);
  });
}

const topologies = [
  { spec: "nodes: [{name: a}]", valid: true },
  { spec: "nodes: [{name: a}]\nnetwork: {plugin: weave}", valid: true },
  { spec: "nodes: [{name: a}]\nmatrix: {network: [weave], proxyMode: [ipvs]}", valid: true },
  { spec: "nodes: [{name: a}]\nmatrix: {network: [cilium]}", valid: false },
  { spec: "nodes: [{name: a}]\nnetwork: {plugin: {name: flannel, backend: host-gw}}", valid: true },
  { spec: "nodes: [{name: a}]\nnetwork: {plugin: {name: flannel, blockSize: 26}}", valid: false },
  { spec: "nodes: [{name: a}]\nnetwrok: {}", valid: false },
  { spec: "nodes: []", valid: false },
  { spec: "hosts: []", valid: false },
];

for (const { spec, valid } of topologies) {
  test(`the schema ${valid ? "takes" : "refuses"} the topology ${JSON.stringify(spec)}`, (t) => {
    const head = { apiVersion: "podwire.dev/v1alpha1", kind: "Topology", metadata: { name: "x" } };
    t.is(readerOf("Topology").safeParse({ ...head, spec: parse(spec) }).success, valid);
  });
}

/** The paths of fields without a description, but for the alternatives that only say "one of these". */
function undescribed(schema: unknown, path: string): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: Readonly<Record<string, unknown>> };
  const own = Object.entries(properties)
    .filter(([, field]) => JSON.stringify(field) !== '{"type":"string"}')
    .filter(([, field]) => !Object.hasOwn(Object(field), "description"))
    .map(([name]) => `${path} ${name}`);
  const inner = Object.entries(schema).flatMap(([key, value]) =>
    undescribed(value, `${path} ${key}`),
  );
  return [...own, ...inner];
}

test("every step and every field of the schema is described", (t) => {
  t.deepEqual(undescribed(definitions, ""), []);
  const { oneOf } = definitions.Step as { readonly oneOf: readonly unknown[] };
  t.is(oneOf.length, stepTypes.length);
});
