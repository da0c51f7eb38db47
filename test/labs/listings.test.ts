/** What the articles show of a node's rules, and what they say follows from it. */
import test from "ava";
import { up } from "../../src/index.ts";
import { chiSquare } from "../chi-square.ts";
import { patient } from "../patience.ts";

const lab = await up("topologies/voting-app.yaml");
test.after.always(() => lab.down());

const natOf = async (node: string): Promise<string> =>
  (await lab.exec(`node/${node}`, ["iptables-save", "-t", "nat"])).stdout;

test.serial("four pods of vote are four jumps with 0.25, 0.333, 0.5 and 1", async (t) => {
  await lab.scale("deploy/vote/vote", 4);
  await lab.settled();
  for (const node of ["master", "node01", "node02"]) {
    const rules = (await natOf(node)).split("\n");
    const chain = rules
      .flatMap((line) => /^-A KUBE-EXT-\w+ -j (KUBE-SVC-\w+)$/.exec(line)?.[1] ?? [])
      .find((name) => rules.some((line) => line.includes("vote/vote:") && line.includes(name)));
    const jumps = rules.filter((line) => line.startsWith(`-A ${chain} `) && / -> /.test(line));
    t.is(jumps.length, 4, node);
    const chances = jumps.map((line) =>
      Number(/--probability (\S+)/.exec(line)?.[1] ?? 1).toFixed(3),
    );
    t.deepEqual(chances, ["0.250", "0.333", "0.500", "1.000"]);
    for (const line of jumps) {
      const [, endpoint, target = ""] = / -> (\S+)" .*-j (KUBE-SEP-\w+)$/.exec(line) ?? [];
      const dnat = `--to-destination ${endpoint}`;
      t.true(
        rules.some((rule) => rule.startsWith(`-A ${target} `) && rule.endsWith(dnat)),
        line,
      );
    }
  }
});

test.serial("4,000 connections are spread evenly over the four", async (t) => {
  t.timeout(patient(120_000));
  const request = { kind: "tcp", from: "host/laptop", to: "node/node01:31000" } as const;
  const { attempts } = await lab.probe({ ...request, count: 4_000 });
  const counts = new Map<string, number>();
  for (const { serverSaw } of attempts) {
    const server = serverSaw?.server ?? "nobody";
    counts.set(server, (counts.get(server) ?? 0) + 1);
  }
  t.is(counts.size, 4);
  // The kernel's own dice: a right spread is found wrong once in a million runs.
  const { value, bound } = chiSquare([...counts.values()], [0.25, 0.25, 0.25, 0.25]);
  t.true(value <= bound, `${[...counts.values()].join(", ")}: ${value} > ${bound}`);
});

test.serial("headless Services and ExternalName write no rule", async (t) => {
  const before = await natOf("node01");
  const service = (name: string, spec: object) => ({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "vote" },
    spec,
  });
  await lab.apply(
    service("headless", { clusterIP: "None", selector: { app: "vote" }, ports: [{ port: 80 }] }),
    service("elsewhere", { type: "ExternalName", externalName: "example.org" }),
  );
  await lab.settled();
  const [slice] = await lab.get("EndpointSlice", { namespace: "vote" });
  t.not(slice, undefined);
  t.is(withoutCounters(await natOf("node01")), withoutCounters(before));
  // And one that has a ClusterIP does write some: the comparison can fail.
  await lab.apply(service("plain", { selector: { app: "vote" }, ports: [{ port: 80 }] }));
  await lab.settled();
  t.true((await natOf("node01")).includes("vote/plain"));
});

function withoutCounters(saved: string): string {
  return saved.replaceAll(/^#.*$/gm, "").replaceAll(/ \[\d+:\d+\]$/gm, "");
}
