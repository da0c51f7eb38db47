/** The load balancer's topology, in both of its modes. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const FILE = "topologies/load-balancer.yaml";

test("every scenario of the load balancer holds", async (t) => {
  await using folder = await ScratchFolder.create();
  const { exitCode, stdout } = await runPodwire(["test", FILE, "--output", folder.path]);
  t.is(exitCode, 0, stdout);
});

test("a Service's external address is in its status, and goes when it is none any more", async (t) => {
  await using lab = await up(FILE);
  const [service] = await lab.get("Service", { namespace: "default", name: "any-node" });
  const { status, ...rest } = service as typeof service & { readonly status?: unknown };
  t.deepEqual(status, { loadBalancer: { ingress: [{ ip: "198.51.100.10", ipMode: "VIP" }] } });
  const spec: unknown = Reflect.get(rest, "spec");
  t.true(typeof spec === "object" && spec !== null);
  const { loadBalancerIP: _, ...others } = spec as Readonly<Record<string, unknown>>;
  const plain = { ...rest, spec: { ...others, type: "NodePort" } };
  await lab.apply(plain as Parameters<typeof lab.apply>[0]);
  await lab.settled();
  const [after] = await lab.get("Service", { namespace: "default", name: "any-node" });
  t.deepEqual(Reflect.get(after ?? {}, "status"), { loadBalancer: {} });
  const probe = { kind: "tcp", from: "host/client", to: "198.51.100.10:80" } as const;
  const { attempts } = await lab.probe(probe);
  t.is(attempts[0]?.reason, "unreachable");
});

test("behind node ports the pod sees the load balancer where policy Local shows the client", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "node-ports.yaml");
  const direct = await readFile(FILE, "utf8");
  const [topology = "", ...documents] = direct.split("\n---\n");
  const written = topology.replace(
    "address: 192.168.0.5}",
    "address: 192.168.0.5, mode: nodePort}",
  );
  t.not(written, topology);
  await writeFile(file, [written, ...documents].join("\n---\n"));
  await using lab = await up(file);
  const ask = (to: string) => lab.probe({ kind: "tcp", from: "host/client", to, count: 20 });
  const local = await ask("198.51.100.11:80");
  t.true(local.ok);
  for (const { serverSaw } of local.attempts) t.is(serverSaw?.source.address, "192.168.0.5");
  t.true((await ask("198.51.100.10:80")).ok);
  // What a pod sends to the external address goes out and comes back: ipMode Proxy takes no short cut.
  await using capture = await lab.capture(["host/lb"]);
  t.true((await lab.probe({ kind: "tcp", from: "deploy/web", to: "198.51.100.10:80" })).ok);
  t.not((await capture.packets("ip.dst == 198.51.100.10")).length, 0);
});
