/** The state of every machine at this moment, as text files: what explains a failure. */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Place, spawnIn } from "../../kernel/processes/process.ts";
import { iptablesSave } from "../../kernel/rules/rules.ts";
import type { Artifact } from "../../observe/event.ts";
import type { Topology } from "../../topology/topology.ts";
import type { Cluster } from "./cluster.ts";
import type { Machines } from "./machines/machines.ts";
import { podNetns } from "./places/places.ts";

export interface SnapshotSource {
  readonly request: { readonly topology: Topology };
  readonly machines: Machines;
  readonly cluster: Cluster;
}

/** One file a question, each with a section a machine, under the command that asks it. */
export async function writeSnapshot(
  directory: string,
  { request, machines, cluster }: SnapshotSource,
): Promise<readonly Artifact[]> {
  await mkdir(directory, { recursive: true });
  const nodes = request.topology.nodes.map(({ name }) => name);
  const pods = cluster.store
    .list("Pod")
    .map(({ metadata: { namespace = "", name } }) => podNetns({ namespace, name }))
    .filter((name) => machines.has(name));
  const everywhere = [...nodes, ...request.topology.hosts.map(({ name }) => name), ...pods];
  const write = async (title: string, names: readonly string[], ask: Ask): Promise<Artifact> => {
    const sections = await Promise.all(
      names.map(async (name) => `### ${name}\n${await answerOf(name, ask, machines)}\n`),
    );
    const file = path.join(directory, `${title}.txt`);
    await writeFile(file, sections.join("\n"));
    return { title, path: file };
  };
  const run = (name: string, command: readonly string[]): Promise<string> =>
    say(machines.place(name), command);
  const usesNftables = (name: string): boolean =>
    request.topology.nodes.some((node) => node.name === name && node.proxy.mode === "nftables");
  const families = request.topology.network.ipFamilies;
  const objects = path.join(directory, "objects.json");
  await writeFile(objects, `${JSON.stringify(allObjects(cluster), null, 2)}\n`);
  return [
    ...(await Promise.all([
      write("rules", nodes, async (name) => {
        const saved = families.map((family) => iptablesSave(machines.netns(name), { family }));
        const tables = usesNftables(name)
          ? families.map((family) =>
              run(name, ["nft", "list", "table", tableOf[family], "kube-proxy"]),
            )
          : [];
        return (await Promise.all([...saved, ...tables])).join("\n");
      }),
      write("routes", everywhere, async (name) =>
        [
          await run(name, ["ip", "-brief", "address"]),
          await run(name, ["ip", "route"]),
          ...(families.includes("ipv6") ? [await run(name, ["ip", "-6", "route"])] : []),
          await run(name, ["ip", "neigh"]),
        ].join("\n"),
      ),
      write("conntrack", nodes, (name) => run(name, ["conntrack", "-L"])),
    ])),
    { title: "objects", path: objects },
  ];
}

/** nftables' own names of the families. */
const tableOf = { ipv4: "ip", ipv6: "ip6" } as const;

type Ask = (name: string) => Promise<string>;

/** Pods come and go while this is written; what is gone explains itself. */
async function answerOf(name: string, ask: Ask, machines: Machines): Promise<string> {
  try {
    return await ask(name);
  } catch (error) {
    if (machines.has(name)) throw error;
    return "gone while this was written";
  }
}

async function say(place: Place, [file = "", ...args]: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await spawnIn(place, file, args, { reject: false });
  return exitCode === 0 ? stdout : `${stdout}${stderr}`;
}

function allObjects({ store }: Cluster): readonly unknown[] {
  return [
    ...store.list("Node"),
    ...store.list("Pod"),
    ...store.list("Service"),
    ...store.list("EndpointSlice"),
    ...store.list("Event"),
  ];
}
