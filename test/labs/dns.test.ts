/** The cluster's DNS beyond what topologies/dns.yaml shows: changed while it runs, replaced, and absent. */
import { chmodSync, cpSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import { type Lab, up } from "../../src/index.ts";
import { requireCoreDns } from "../../src/kernel/coredns/find-coredns.ts";
import { decodePacket } from "../../src/wire/packet/packet.ts";
import { patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const head = "apiVersion: podwire.dev/v1alpha1\nkind: Topology\n";

async function write(folder: ScratchFolder, text: string): Promise<string> {
  const file = path.join(folder.path, "lab.yaml");
  writeFileSync(file, text);
  return file;
}

/** Until the name has this address. */
async function untilResolves(lab: Lab, name: string, address: string): Promise<void> {
  using patience = new Deadline(patient(40_000));
  const ask = async (): Promise<true | undefined> => {
    const { attempts } = await lab.probe({ kind: "dns", from: "pod/client", to: name });
    const answers = attempts.flatMap(({ queries = [] }) =>
      queries.flatMap((query) => query.answers),
    );
    return answers.some(({ data }) => data === address) || undefined;
  };
  await until(ask, { intervalMs: 100, signal: patience.signal });
}

const client = `---
apiVersion: v1
kind: Pod
metadata: {name: client}
spec: {containers: [{name: main, image: main}]}
`;

/** Looks for a changed Corefile every two seconds, which is the shortest that it allows. */
const corefile = (more: string): string => `.:53 {
    errors
    ready
    kubernetes cluster.local
    hosts {
      ${more}
      fallthrough
    }
    reload 2s 1s
}
`;

test("a Corefile of the topology is used, and a changed ConfigMap is taken up", async (t) => {
  t.timeout(patient(120_000));
  await using folder = await ScratchFolder.create();
  const dns = { corefile: corefile("192.0.2.1 own.example.net") };
  const spec = JSON.stringify({ nodes: [{ name: "node01" }], dns });
  const file = await write(folder, `${head}metadata: {name: corefile}\nspec: ${spec}\n${client}`);
  await using lab = await up(file);
  await untilResolves(lab, "own.example.net.", "192.0.2.1");
  const [config] = await lab.get("ConfigMap", { namespace: "kube-system", name: "coredns" });
  if (config === undefined) return t.fail();
  const changed = { ...config, data: { Corefile: corefile("192.0.2.2 own.example.net") } };
  await lab.apply(changed);
  await untilResolves(lab, "own.example.net.", "192.0.2.2");
  t.pass();
});

test("on the wire, a name outside is asked for after the search list, in its order", async (t) => {
  t.timeout(patient(120_000));
  await using lab = await up("topologies/dns.yaml");
  await using capture = await lab.capture(["pod/shop/client"]);
  const { ok } = await lab.probe({
    kind: "dns",
    from: "pod/shop/client",
    to: "www.example.net",
    recordType: "A",
  });
  t.true(ok);
  const questions = await capture.packets("dns.flags.response == 0");
  t.deepEqual(
    questions.flatMap(({ data, linkType }) =>
      decodePacket(data, linkType).flatMap((layer) =>
        layer.type === "dns" ? layer.message.questions.map(({ name }) => name) : [],
      ),
    ),
    [
      "www.example.net.shop.svc.cluster.local",
      "www.example.net.svc.cluster.local",
      "www.example.net.cluster.local",
      "www.example.net",
    ],
  );
});

test("an unpacked image runs as a container, with the manifest's arguments", async (t) => {
  t.timeout(patient(120_000));
  await using folder = await ScratchFolder.create();
  const rootfs = path.join(folder.path, "rootfs");
  mkdirSync(rootfs);
  cpSync(requireCoreDns(), path.join(rootfs, "coredns"));
  chmodSync(path.join(rootfs, "coredns"), 0o755);
  writeFileSync(path.join(rootfs, "Corefile"), ".:1053 {\n  whoami\n}\n");
  const spec = JSON.stringify({
    nodes: [{ name: "node01" }],
    dns: { enabled: false },
    images: { "who:*": { command: ["/coredns"], rootfs: "./rootfs" } },
  });
  const file = await write(
    folder,
    `${head}metadata: {name: rootfs}\nspec: ${spec}
---
apiVersion: v1
kind: Pod
metadata: {name: who}
spec:
  containers:
    - {name: who, image: "who:1", args: [-conf, /Corefile], readinessProbe: {tcpSocket: {port: 1053}, periodSeconds: 1}}
`,
  );
  await using lab = await up(file);
  const { ok } = await lab.probe({ kind: "tcp", from: "node/node01", to: "pod/who:1053" });
  t.true(ok);
  const [pod] = (await lab.status()).pods;
  t.like(pod, { name: "who", status: "Running", restarts: 0, runs: "/coredns" });
  // What the container needed besides was not made in the image.
  t.deepEqual(readdirSync(rootfs).sort(), ["Corefile", "coredns"]);
});

test("without CoreDNS `up` says what to do, and a lab that does without DNS runs", async (t) => {
  const env = { PODWIRE_COREDNS: "/no/such/coredns" };
  const refused = await runPodwire(["test", "topologies/minimal.yaml"], { env });
  t.is(refused.exitCode, 3, refused.stderr);
  t.regex(refused.stdout, /PODWIRE_COREDNS: \/no\/such\/coredns is not a program \(HOST_PROGRAM\)/);
  await using folder = await ScratchFolder.create();
  const file = await write(
    folder,
    `${head}metadata: {name: without}
spec: {nodes: [{name: node01}], dns: {enabled: false}}
${client}---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: a pod resolves as its node does}
spec:
  steps:
    - exec: {at: pod/client, command: cat /etc/resolv.conf}
      expect: {stdout: {contains: nameserver 192.168.0.1}}
`,
  );
  const { exitCode, stdout, stderr } = await runPodwire(["test", file], { env });
  t.is(exitCode, 0, `${stdout}${stderr}`);
});

test("as an ordinary user, CoreDNS runs as well", async (t) => {
  t.timeout(patient(120_000));
  const { exitCode, stdout, stderr } = await runPodwire(["test", "topologies/dns.yaml"], {
    as: "ordinary user",
  });
  t.is(exitCode, 0, `${stdout}${stderr}`);
});
