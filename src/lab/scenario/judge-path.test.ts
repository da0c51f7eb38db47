import test from "ava";
import type { Leg } from "../../observe/walk/packet-walk.ts";
import { parseWhere } from "../../topology/where/parse-where.ts";
import type { Machine } from "../../topology/where/where.ts";
import { judgePath } from "./judge-path.ts";

const leg = (...places: readonly string[]): Leg => ({
  packet: "TCP SYN",
  passages: places.map((where) => ({
    ...{ where, device: "eth0", direction: "in", afterMs: 0 },
    ...{ source: "10.244.1.2:1", destination: "10.244.2.2:2", translations: [], tunnels: [] },
  })),
});

function machine(text: string): Machine {
  const parsed = parseWhere(text);
  if (!parsed.ok) throw new Error(text);
  return parsed.value as Machine;
}

/** Of the workload two pods, of the others the one that they name. */
const machines = (place: Machine): readonly string[] =>
  place.type === "workload"
    ? ["pod/vote/vote-a", "pod/vote/vote-b"]
    : [place.type === "node" ? `node/${place.name}` : place.type];

const through = leg("pod/vote/vote-b", "node/node01", "node/node01", "underlay", "node/node02");

for (const { title, seen, path, mismatch } of [
  {
    title: "as expected: switches and further devices of a machine do not count",
    seen: through,
    path: ["deploy/vote/vote", "node/node01", "node/node02"],
    mismatch: undefined,
  },
  {
    title: "longer than expected",
    seen: through,
    path: ["deploy/vote/vote", "node/node01"],
    mismatch: {
      expected: "path deploy/vote/vote / node/node01",
      seen: "path pod/vote/vote-b / node/node01 / node/node02",
    },
  },
  {
    title: "in another order",
    seen: through,
    path: ["node/node01", "deploy/vote/vote", "node/node02"],
    mismatch: {
      expected: "path node/node01 / deploy/vote/vote / node/node02",
      seen: "path pod/vote/vote-b / node/node01 / node/node02",
    },
  },
  {
    title: "back to a machine where it was before",
    seen: leg("node/node01", "node/node02", "node/node01"),
    path: ["node/node01", "node/node02", "node/node01"],
    mismatch: undefined,
  },
  {
    title: "of a packet that never left",
    seen: leg(),
    path: ["node/node01"],
    mismatch: { expected: "path node/node01", seen: "path none: no packet left" },
  },
]) {
  test(`a path is judged: ${title}`, (t) => {
    t.deepEqual(judgePath(seen, path.map(machine), { machines }), mismatch);
  });
}
