import test from "ava";
import type { EndpointSlice, Service } from "../../../../api/objects/service.ts";
import { ipAddress } from "../../../../net/ip-address.ts";
import { buildClusterModel, type ClusterModel } from "../../model/cluster/cluster-model.ts";
import { sampleConfigOf, sampleNode } from "../../testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleServices,
  sampleSlice,
  sampleSlices,
} from "../../testing/sample-services.ts";
import { ipvsSettings } from "../settings.ts";
import { ipvsadmLine } from "../text/ipvsadm-line.ts";
import { realServerKey } from "./server-changes.ts";
import {
  cleanState,
  type Goal,
  goalOf,
  type IpvsState,
  losingServers,
  planSync,
  type SyncPlan,
} from "./sync-plan.ts";

const config = sampleConfigOf("ipvs");
const settings = ipvsSettings(config, sampleNode, "ipv4");

interface Objects {
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

function model(objects: Objects, previous?: ClusterModel): ClusterModel {
  return buildClusterModel(objects, { family: "ipv4", loadBalancerIPMode: true }, previous);
}

/** What is done to virtual servers as `ipvsadm` would be told it. */
interface Step extends Omit<SyncPlan, "servers"> {
  readonly servers: readonly string[];
  readonly goal: Goal;
}

function step(state: IpvsState, cluster: ClusterModel): Step {
  const input = { cluster, settings, config, nowMs: 0 };
  const goal = goalOf(state, input);
  const plan = planSync(state, input, goal);
  return { ...plan, servers: plan.servers.map(ipvsadmLine), goal };
}

const sample: Objects = { services: sampleServices, slices: sampleSlices };
const everything = model(sample);
const synced = step(cleanState, everything).next;

function without(name: string): Objects {
  return {
    services: sampleServices.filter(({ metadata }) => metadata.name !== name),
    slices: sampleSlices.filter(({ metadata }) => metadata.name !== `${name}-1`),
  };
}

function withSlice(slice: EndpointSlice): Objects {
  const slices = sampleSlices.filter(({ metadata }) => metadata.name !== slice.metadata.name);
  return { services: sampleServices, slices: [...slices, slice] };
}

function withService(name: string, spec: Service["spec"]): Objects {
  const { services, slices } = without(name);
  return { services: [...services, sampleService(name, spec)], slices };
}

const http = [{ name: "http", port: 80 }];
const changes: ReadonlyArray<{
  readonly title: string;
  readonly objects: Objects;
  readonly is: "partial" | "full";
  readonly writes: Partial<Pick<Step, "bind" | "servers" | "sets" | "unbind">>;
}> = [
  {
    title: "one endpoint for another: two lines for one virtual server",
    objects: withSlice(
      sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(1, 10), sampleEndpoint(2, 7)]),
    ),
    is: "partial",
    writes: {
      servers: [
        "-a -t 10.96.0.20:80 -r 10.244.2.7:8080 -m -w 1",
        "-d -t 10.96.0.20:80 -r 10.244.2.2:8080",
      ],
      sets: [],
    },
  },
  {
    title: "an endpoint of this node that other Services have too stays in the set of loops",
    objects: withSlice(sampleSlice("web", [sampleEndpoint(1, 10), sampleEndpoint(2, 2)])),
    is: "partial",
    writes: { servers: ["-d -t 10.96.0.20:80 -r 10.244.1.2:8080"], sets: [] },
  },
  {
    title: "one that no other has leaves it",
    objects: withSlice(sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(2, 2)])),
    is: "partial",
    writes: {
      servers: ["-d -t 10.96.0.20:80 -r 10.244.1.10:8080"],
      sets: ["del KUBE-LOOP-BACK 10.244.1.10,tcp:8080,10.244.1.10"],
    },
  },
  {
    title: "a new Service",
    objects: withService("late", { clusterIP: "10.96.0.99", ports: http }),
    is: "partial",
    writes: {
      bind: [ipAddress("10.96.0.99")],
      servers: ["-A -t 10.96.0.99:80 -s rr"],
      sets: ["add KUBE-CLUSTER-IP 10.96.0.99,tcp:80", "add KUBE-IPVS-IPS 10.96.0.99"],
    },
  },
  {
    title: "a Service that goes",
    objects: without("zonal"),
    is: "partial",
    writes: {
      servers: ["-D -t 10.96.0.31:80"],
      sets: ["del KUBE-CLUSTER-IP 10.96.0.31,tcp:80", "del KUBE-IPVS-IPS 10.96.0.31"],
      unbind: [ipAddress("10.96.0.31")],
    },
  },
  {
    title: "the last external IP goes: rules about a set that is empty now go with it",
    objects: without("external"),
    is: "partial",
    writes: { unbind: ["10.96.0.28", "192.0.2.50"].map(ipAddress) },
  },
  {
    title: "another that wants a virtual server that is there: all together say whose it is",
    objects: withService("rival", { clusterIP: "10.96.0.20", ports: http }),
    is: "full",
    writes: {
      servers: ["10.244.1.10", "10.244.1.2", "10.244.2.2"].map(
        (address) => `-d -t 10.96.0.20:80 -r ${address}:8080`,
      ),
    },
  },
  {
    title: "rules about one Service stand among all the others'",
    objects: without("balanced"),
    is: "full",
    writes: { unbind: ["10.96.0.26", "198.51.100.10"].map(ipAddress) },
  },
];

/** In an order of its own: what is new stands last in what a partial sync leaves. */
function summary({ servers, draining, sets, bound, rules, synced: last }: IpvsState): unknown {
  const sorted = <T>(entries: Iterable<T>): readonly T[] => [...entries].sort();
  return {
    servers: sorted(
      Array.from(servers, ([key, { realServers, ...server }]) =>
        JSON.stringify([key, server, sorted(realServers)]),
      ),
    ),
    noLocalEndpoints: last?.wanted.noLocalEndpoints,
    wanted: sorted([...(last?.wanted.servers.keys() ?? [])]),
    shared: sorted([...(last?.wanted.shared ?? [])].map((each) => each.join(" "))),
    sets: [...sets].map(([name, entries]) => [name, ...sorted(entries)].join(" ")),
    draining: sorted(draining),
    bound: sorted(bound),
    rules,
  };
}

for (const { title, objects, is, writes } of changes) {
  test(title, (t) => {
    const cluster = model(objects, everything);
    const partial = step(synced, cluster);
    t.is(partial.goal.changed === undefined ? "full" : "partial", is);
    t.like(partial, writes);
    const full = step({ ...synced, synced: undefined }, cluster);
    t.deepEqual(summary(partial.next), summary(full.next));
    for (const part of ["bind", "servers", "sets", "unbind"] as const) {
      t.deepEqual([...partial[part]].sort(), [...full[part]].sort(), part);
    }
    t.is(partial.rules, full.rules);
    // And back.
    const back = step(partial.next, everything);
    t.deepEqual(summary(back.next), summary(synced));
  });
}

test("Local policies without an endpoint here are counted, as in the other modes", (t) => {
  t.deepEqual(synced.synced?.wanted.noLocalEndpoints, { internal: 1, external: 1 });
  const { next } = step(synced, model(without("inside-local"), everything));
  t.deepEqual(next.synced?.wanted.noLocalEndpoints, { internal: 0, external: 1 });
});

test("the same again writes nothing", (t) => {
  const { bind, servers, sets, rules, unbind } = step(synced, everything);
  t.deepEqual(
    { bind, servers, sets, rules, unbind },
    { bind: [], servers: [], sets: [], rules: "", unbind: [] },
  );
});

test("many changes one after the other leave what all at once would", (t) => {
  let state = synced;
  let cluster = everything;
  for (const { objects } of [...changes, ...[...changes].reverse()]) {
    cluster = model(objects, cluster);
    state = step(state, cluster).next;
    t.deepEqual(summary(state), summary(step(cleanState, model(objects)).next));
  }
});

test("only virtual servers of TCP that lose a real server are asked for connections", (t) => {
  const losing = (objects: Objects): readonly number[] => {
    const input = { cluster: model(objects, everything), settings, config, nowMs: 0 };
    return losingServers(synced, goalOf(synced, input)).map(({ port }) => port);
  };
  t.deepEqual(losing(withSlice(sampleSlice("web", [sampleEndpoint(1, 2)]))), [80]);
  const more = [1, 2, 3].map((host) => sampleEndpoint(2, host));
  t.deepEqual(losing(withSlice(sampleSlice("zonal", more))), [80]);
  const game = [{ name: "", port: 9000, protocol: "UDP" as const }];
  t.deepEqual(losing(withSlice(sampleSlice("game", [sampleEndpoint(2, 2)], game))), []);
  t.deepEqual(losing(without("web")), []);
});

test("a real server with connections drains until somebody wants it again, whatever else changes", (t) => {
  const busy = new Map(
    Array.from(synced.servers, ([key, server]) => [
      key,
      {
        ...server,
        realServers: new Map(
          Array.from(server.realServers, ([text, real]) => [text, { ...real, connections: 1 }]),
        ),
      },
    ]),
  );
  const { slices } = withSlice(sampleSlice("web", [sampleEndpoint(1, 2), sampleEndpoint(1, 10)]));
  const less = model({ services: sampleServices, slices }, everything);
  const drained = step({ ...synced, servers: busy }, less);
  t.true(drained.servers.includes("-e -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 0"));
  const name = realServerKey("tcp 10.96.0.20:80", "10.244.2.2:8080");
  t.true(drained.next.draining.has(name));
  const elsewhere = model({ ...without("zonal"), slices }, less);
  const later = step(drained.next, elsewhere);
  t.true(later.next.draining.has(name));
  const back = step(later.next, model(sample, elsewhere));
  const ofWeb = back.servers.filter((line) => line.includes("10.96.0.20:80"));
  t.deepEqual(ofWeb, [
    "-d -t 10.96.0.20:80 -r 10.244.2.2:8080",
    "-a -t 10.96.0.20:80 -r 10.244.2.2:8080 -m -w 1",
  ]);
  t.false(back.next.draining.has(name));
});
