import test from "ava";
import { ipAddress } from "../../../net/ip-address.ts";
import { parseReference } from "../../../topology/scenario/template.ts";
import { parseTarget } from "../../../topology/where/parse-target.ts";
import { parseInterfacePlace } from "../../../topology/where/parse-where.ts";
import type { Parsed } from "../../../topology/where/parsed.ts";
import { samplePod, sampleStore, sampleTopology } from "../../testing/sample-lab.ts";
import { RunError, type RunErrorCode } from "../run-error.ts";
import { Places } from "./places.ts";

/** What `ip address` would say in each netns. */
const devices: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  node01: { eth0: "192.168.0.11", cni0: "10.244.1.1" },
  router: { eth0: "192.168.0.1" },
  laptop: { eth0: "192.168.0.100" },
  "vote.vote-a": { eth0: "10.244.1.2", net1: "10.9.0.1" },
  "vote.vote-b": { eth0: "10.244.2.2", net1: "10.9.0.2" },
};

const store = sampleStore();
// Not where traffic goes: it has no address yet.
store.create(samplePod({ namespace: "default", name: "starting" }));
const places = new Places({
  topology: sampleTopology,
  store,
  addressesIn: (netns, device) =>
    Object.entries(devices[netns] ?? {})
      .filter(([name]) => device === undefined || name === device)
      .map(([, address]) => ipAddress(address)),
});

function unwrap<T>(parsed: Parsed<T>): T {
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.fault.message);
}

interface DeviceCase {
  readonly place: string;
  /** `netns label device`, a line each. */
  readonly devices?: readonly string[];
  readonly error?: { readonly code: RunErrorCode; readonly message: string };
}

const deviceCases: readonly DeviceCase[] = [
  { place: "node/node01", devices: ["node01 node01 eth0"] },
  { place: "node/node01:cni0", devices: ["node01 node01 cni0"] },
  { place: "host/laptop", devices: ["laptop laptop eth0"] },
  { place: "router/router:eth1", devices: ["router router eth1"] },
  { place: "underlay:node01", devices: ["underlay underlay node01"] },
  { place: "pod/solo", devices: ["default.solo default/solo eth0"] },
  { place: "pod/on-node", devices: ["node02 default/on-node eth0"] },
  {
    place: "deploy/vote/vote",
    devices: ["vote.vote-a vote/vote-a eth0", "vote.vote-b vote/vote-b eth0"],
  },
  {
    place: "node/node09",
    error: { code: "RUN_NO_SUCH_PLACE", message: "there is no node/node09" },
  },
  {
    place: "host/node01",
    error: { code: "RUN_NO_SUCH_PLACE", message: "there is no host/node01" },
  },
  {
    place: "router/tor9",
    error: { code: "RUN_NO_SUCH_PLACE", message: "there is no router/tor9" },
  },
  {
    place: "pod/vote/solo",
    error: { code: "RUN_NO_SUCH_PLACE", message: "there is no pod/vote/solo" },
  },
  {
    place: "sts/vote/vote",
    error: { code: "RUN_NO_SUCH_PLACE", message: "there is no sts/vote/vote" },
  },
  {
    place: "pod/starting",
    error: { code: "RUN_NO_POD", message: "pod/default/starting has no running pod" },
  },
];

for (const { place, devices: expected, error } of deviceCases) {
  test(`devices of ${place}`, (t) => {
    const find = (): readonly string[] =>
      places
        .devices(unwrap(parseInterfacePlace(place)))
        .map(({ netns, label, device }) => `${netns} ${label} ${device}`);
    if (error === undefined) t.deepEqual(find(), expected);
    else t.like(t.throws(find, { instanceOf: RunError }), error);
  });
}

interface AddressCase {
  readonly place: string;
  /** What `${…}` stands for. */
  readonly one: string | { readonly code: RunErrorCode; readonly message: string };
  /** What an expectation takes for it. */
  readonly all?: readonly string[];
}

const addressCases: readonly AddressCase[] = [
  { place: "10.96.0.10", one: "10.96.0.10", all: ["10.96.0.10"] },
  { place: "svc/vote/vote", one: "10.96.0.7", all: ["10.96.0.7"] },
  { place: "node/node01", one: "192.168.0.11", all: ["192.168.0.11", "10.244.1.1"] },
  { place: "node/node01:cni0", one: "10.244.1.1", all: ["10.244.1.1"] },
  { place: "host/laptop", one: "192.168.0.100", all: ["192.168.0.100"] },
  { place: "host/laptop:eth0", one: "192.168.0.100", all: ["192.168.0.100"] },
  { place: "router/router", one: "192.168.0.1", all: ["192.168.0.1"] },
  { place: "pod/solo", one: "10.244.1.3", all: ["10.244.1.3"] },
  { place: "deploy/vote/vote", one: "10.244.1.2", all: ["10.244.1.2", "10.244.2.2"] },
  { place: "deploy/vote/vote:net1", one: "10.9.0.1", all: ["10.9.0.1", "10.9.0.2"] },
  {
    place: "svc/vote/headless",
    one: {
      code: "RUN_NO_ADDRESS",
      message: "svc/vote/headless is headless and has no ClusterIP",
    },
  },
  {
    place: "svc/vote/none",
    one: { code: "RUN_NO_SUCH_PLACE", message: "there is no svc/vote/none" },
  },
  {
    place: "node/node01:wlan0",
    one: { code: "RUN_NO_ADDRESS", message: "node/node01:wlan0 has no address" },
  },
];

for (const { place, one, all } of addressCases) {
  test(`addresses of ${place}`, (t) => {
    const reference = unwrap(parseReference(place));
    if (typeof one === "string") t.is(places.address(reference), ipAddress(one));
    else
      t.like(
        t.throws(() => places.address(reference), { instanceOf: RunError }),
        one,
      );
    if (all !== undefined) t.deepEqual(places.addresses(reference), all.map(ipAddress));
  });
}

interface TargetCase {
  readonly target: string;
  /** `address or name`, port and path as they are found. */
  readonly found: readonly [string, number | undefined, string | undefined] | RunErrorCode;
}

const targetCases: readonly TargetCase[] = [
  { target: "svc/vote/vote", found: ["10.96.0.7", 80, undefined] },
  { target: "svc/vote/vote:admin", found: ["10.96.0.7", 8080, undefined] },
  { target: "svc/vote/vote:9999", found: ["10.96.0.7", 9999, undefined] },
  { target: "svc/vote/vote:80/hostname", found: ["10.96.0.7", 80, "/hostname"] },
  { target: "svc/vote/vote:metrics", found: "RUN_NO_PORT" },
  { target: "svc/vote/alias", found: "RUN_NO_ADDRESS" },
  { target: "svc/vote/headless", found: "RUN_NO_ADDRESS" },
  { target: "node/node01:31000", found: ["192.168.0.11", 31_000, undefined] },
  { target: "http://node/node01:31000/a/b", found: ["192.168.0.11", 31_000, "/a/b"] },
  { target: "deploy/vote/vote:80", found: ["10.244.1.2", 80, undefined] },
  { target: "10.96.0.10:53", found: ["10.96.0.10", 53, undefined] },
  { target: "redis.vote:6379", found: ["redis.vote", 6379, undefined] },
  { target: "host/laptop", found: ["192.168.0.100", undefined, undefined] },
  { target: "pod/nobody:80", found: "RUN_NO_SUCH_PLACE" },
];

for (const { target, found } of targetCases) {
  test(`a probe to ${target}`, (t) => {
    const parsed = unwrap(parseTarget(target));
    if (typeof found === "string") {
      t.is(t.throws(() => places.target(parsed), { instanceOf: RunError })?.code, found);
      return;
    }
    const { address, name, port, path } = places.target(parsed);
    t.deepEqual([address ?? name, port, path], [...found]);
  });
}

test("a port that a Service lacks by name is answered with those it has", (t) => {
  const find = (): unknown => places.target(unwrap(parseTarget("svc/vote/vote:metrics")));
  const error = t.throws(find, { instanceOf: RunError });
  t.is(error?.message, "svc/vote/vote:metrics: the Service has the ports http, admin");
});

test("a pod that is on its way out counts only when no other is left", (t) => {
  const changing = sampleStore();
  const own = new Places({ topology: sampleTopology, store: changing, addressesIn: () => [] });
  const names = (): readonly string[] =>
    own
      .pods({ type: "workload", kind: "Deployment", namespace: "vote", name: "vote" })
      .map(({ metadata }) => metadata.name);
  const end = (name: string): void => {
    changing.patch("Pod", { namespace: "vote", name }, (pod) => ({
      ...pod,
      metadata: { ...pod.metadata, deletionTimestamp: changing.timestamp() },
    }));
  };
  t.deepEqual(names(), ["vote-a", "vote-b"]);
  end("vote-a");
  t.deepEqual(names(), ["vote-b"]);
  end("vote-b");
  t.deepEqual(names(), ["vote-a", "vote-b"]);
});
