/** A published application, untouched: twelve Services of eleven programs, with probes of every kind. */
import { readFile } from "node:fs/promises";
import test from "ava";
import { parseAllDocuments } from "yaml";
import { type LabEvent, type LabStatus, up } from "../../src/index.ts";

const TOPOLOGY = "topologies/online-boutique.yaml";
const MANIFESTS = "topologies/online-boutique/kubernetes-manifests.yaml";

/** Of a manifest, the part that is looked at. */
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly ports?: ReadonlyArray<{ readonly port: number }>;
    readonly template?: {
      readonly spec: {
        readonly containers: ReadonlyArray<{
          readonly readinessProbe?: { readonly initialDelaySeconds?: number };
        }>;
      };
    };
  };
}

type PodReady = Extract<LabEvent, { type: "pod-ready" }>;

const manifests = await readManifests();
const deployments = manifests.filter(({ kind }) => kind === "Deployment");
const services = manifests.filter(({ kind }) => kind === "Service");
const readyPods: PodReady[] = [];
const lab = await up(TOPOLOGY, {
  onEvent: (event) => {
    if (event.type === "pod-ready") readyPods.push(event);
  },
});
const status: LabStatus = await lab.status();

test.after.always(() => lab.down());

test("every pod of every deployment is ready", (t) => {
  t.is(deployments.length, 12);
  t.deepEqual(
    status.pods.map(({ name }) => name.replace(/-[a-z0-9]+-[a-z0-9]{5}$/, "")).sort(),
    ["coredns", ...deployments.map(({ metadata }) => metadata.name)].sort(),
  );
  for (const { name, ready, status: phase, restarts } of status.pods) {
    t.deepEqual([ready, phase, restarts], ["1/1", "Running", 0], name);
  }
});

test("no pod is ready before its probe may ask", (t) => {
  const delays = deployments.map(({ metadata: { name }, spec }) => {
    const probe = spec.template?.spec.containers[0]?.readinessProbe;
    return { name, delayMs: (probe?.initialDelaySeconds ?? 0) * 1_000 };
  });
  // The longest that the file asks for, or this says nothing.
  t.is(Math.max(...delays.map(({ delayMs }) => delayMs)), 20_000);
  for (const { name, delayMs } of delays) {
    const event = readyPods.find(({ pod }) => isOf(pod, name));
    t.true(event !== undefined && event.afterMs >= delayMs, `${name}: ${event?.afterMs}`);
  }
});

for (const { metadata, spec } of services) {
  for (const { port } of spec.ports ?? []) {
    test(`${metadata.name}:${port} answers`, async (t) => {
      const to = `svc/default/${metadata.name}:${port}`;
      const from = "deploy/default/loadgenerator";
      const { ok, attempts } = await lab.probe({ kind: "tcp", from, to });
      t.true(ok, attempts[0]?.message);
      const endpoints = status.services.find(({ name }) => name === metadata.name)?.endpoints;
      const seen = attempts[0]?.serverSaw;
      t.true(endpoints?.includes(`${seen?.destination.address}:${seen?.destination.port}`));
    });
  }
}

for (const node of ["master", "node01", "node02"]) {
  test(`the shop window is open to the outside at ${node}`, async (t) => {
    const external = status.services.find(({ name }) => name === "frontend-external");
    const nodePort = /^80:(?<port>\d+)\/TCP$/.exec(external?.ports ?? "")?.groups?.["port"];
    const to = `node/${node}:${nodePort}`;
    const { attempts } = await lab.probe({ kind: "http", from: "host/laptop", to });
    t.is(attempts[0]?.status, 200);
    t.regex(attempts[0]?.serverSaw?.server ?? "", /^default\/frontend-/);
  });
}

async function readManifests(): Promise<readonly Manifest[]> {
  const documents = parseAllDocuments(await readFile(MANIFESTS, "utf8"));
  if ("empty" in documents) return [];
  return documents.flatMap((document) => (document.toJS() as Manifest | null) ?? []);
}

/** `redis-cart-…` is not of `redis`. */
function isOf(pod: string, deployment: string): boolean {
  const suffix = pod.slice(deployment.length);
  return pod.startsWith(deployment) && /^-[a-z0-9]+-[a-z0-9]{5}$/.test(suffix);
}
