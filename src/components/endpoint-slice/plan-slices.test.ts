import test from "ava";
import fc from "fast-check";
import type { EndpointPort, EndpointSlice, SliceEndpoint } from "../../api/objects/service.ts";
import { type EndpointGroup, portsKey } from "./desired-endpoints.ts";
import { planSlices, type SlicePlan } from "./plan-slices.ts";

const maxEndpoints = 4;
const labels = { "kubernetes.io/service-name": "web" };

const ports = (port: number): readonly EndpointPort[] => [{ name: "", port, protocol: "TCP" }];

const endpoint = (index: number, ready: boolean): SliceEndpoint => ({
  addresses: [`10.244.0.${index}`],
  conditions: { ready },
});

/** For each of two ports, the pods that serve it, and whether each is ready. */
type Desired = ReadonlyArray<ReadonlyMap<number, boolean>>;

const desiredStates: fc.Arbitrary<Desired> = fc.array(
  fc
    .uniqueArray(fc.tuple(fc.nat(20), fc.boolean()), {
      selector: ([index]) => index,
      maxLength: 15,
    })
    .map((pairs) => new Map(pairs)),
  { minLength: 2, maxLength: 2 },
);

function groupsOf(desired: Desired): ReadonlyMap<string, EndpointGroup> {
  const groups = desired.map(
    (pods, index): EndpointGroup => ({
      ports: ports(8080 + index),
      endpoints: [...pods].map(([pod, ready]) => endpoint(pod, ready)),
    }),
  );
  const present = groups.filter(({ endpoints }) => endpoints.length > 0);
  return new Map(present.map((group) => [portsKey(group.ports), group]));
}

/** The slices after the plan has been carried out. */
function carryOut(
  existing: readonly EndpointSlice[],
  plan: SlicePlan,
  round: number,
): EndpointSlice[] {
  const updated = new Map(plan.update.map((slice) => [slice.metadata.name, slice]));
  const kept = existing.filter((slice) => !plan.remove.includes(slice));
  const created = plan.create.map(
    (group, index): EndpointSlice => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: `web-${round}-${index}`, labels },
      addressType: "IPv4",
      ...group,
    }),
  );
  return [...kept.map((slice) => updated.get(slice.metadata.name) ?? slice), ...created];
}

/** `8080 10.244.0.1 true`, sorted. */
function contents(groups: Iterable<EndpointGroup>): readonly string[] {
  return [...groups]
    .flatMap(({ ports: [first], endpoints }) =>
      endpoints.map((each) => `${first?.port} ${each.addresses} ${each.conditions?.ready}`),
    )
    .sort();
}

test("whatever came before, slices hold what is desired, each once and none too many", (t) => {
  const history = fc.array(desiredStates, { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(history, (states) => {
      let slices: EndpointSlice[] = [];
      for (const [round, state] of states.entries()) {
        const desired = groupsOf(state);
        slices = carryOut(slices, planSlices(slices, desired, labels, maxEndpoints), round);
        t.deepEqual(contents(slices), contents(desired.values()));
        t.true(slices.length > 0);
        t.true(slices.every(({ endpoints }) => endpoints.length <= maxEndpoints));
        const again = planSlices(slices, desired, labels, maxEndpoints);
        t.deepEqual(again, { create: [], update: [], remove: [] });
      }
    }),
  );
});

test("an endpoint that stays is never moved to another slice", (t) => {
  fc.assert(
    fc.property(desiredStates, desiredStates, (first, second) => {
      const before = carryOut([], planSlices([], groupsOf(first), labels, maxEndpoints), 0);
      const after = carryOut(before, planSlices(before, groupsOf(second), labels, maxEndpoints), 1);
      const home = (slices: readonly EndpointSlice[]): ReadonlyMap<string, string> =>
        new Map(
          slices.flatMap(({ metadata, ports: [port], endpoints }) =>
            endpoints.map((each) => [`${port?.port} ${each.addresses}`, metadata.name] as const),
          ),
        );
      const homes = home(before);
      for (const [key, name] of home(after)) t.is(name, homes.get(key) ?? name, key);
    }),
  );
});

test("a change of labels alone changes each slice", (t) => {
  const desired = groupsOf([new Map([[1, true]]), new Map([[2, true]])]);
  const slices = carryOut([], planSlices([], desired, labels, maxEndpoints), 0);
  const plan = planSlices(slices, desired, { ...labels, tier: "back" }, maxEndpoints);
  t.deepEqual([plan.create.length, plan.update.length, plan.remove.length], [0, 2, 0]);
  t.is(plan.update[0]?.metadata.labels?.["tier"], "back");
});
