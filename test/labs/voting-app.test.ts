/** The voting app, through the library: everything that is done to it while it runs. */
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { type KubeObject, LabError, type ProbeResult, up } from "../../src/index.ts";
import { decodeCaptureFile } from "../../src/wire/pcap/testing/capture-file.ts";
import { runWireshark } from "../tshark/run-wireshark.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const TOPOLOGY = "topologies/voting-app.yaml";
const nodes = ["master", "node01", "node02"] as const;
const lab = await up(TOPOLOGY);

test.after.always(() => lab.down());

test.serial("all five pods are ready, each with an address of its node's share", async (t) => {
  const status = await lab.status();
  const pods = status.pods.filter(({ namespace }) => namespace === "vote");
  t.deepEqual(
    pods.map(({ name, ready, status: phase }) => [name.split("-")[0], ready, phase]),
    ["db", "redis", "result", "vote", "worker"].map((name) => [name, "1/1", "Running"]),
  );
  for (const { podIP, node } of pods) {
    const share = status.nodes.find(({ name }) => name === node)?.podCIDR ?? "";
    t.is(podIP.split(".").slice(0, 3).join("."), share.split(".").slice(0, 3).join("."));
    // No ordinary pod runs on the control plane.
    t.not(node, "master");
  }
});

test.serial("the status names every Service with its endpoints", async (t) => {
  const { services, pods, hosts, scenarios } = await lab.status();
  const redis = services.find(({ name }) => name === "redis");
  const redisPod = pods.find(({ name }) => name.startsWith("redis-"));
  t.is(redis?.ports, "6379/TCP");
  t.deepEqual(redis?.endpoints, [`${redisPod?.podIP}:6379`]);
  t.is(services.find(({ name }) => name === "vote")?.ports, "8080:31000/TCP");
  t.deepEqual(
    hosts.map(({ name }) => name),
    ["laptop", "web"],
  );
  t.true(scenarios.includes("a NodePort answers on every node"));
});

for (const node of nodes) {
  for (const { page, port } of [
    { page: "vote", port: 31_000 },
    { page: "result", port: 31_001 },
  ]) {
    test.serial(`the ${page} page is on ${node}:${port}, asked from outside`, async (t) => {
      const to = `node/${node}:${port}`;
      const { ok, attempts } = await lab.probe({ kind: "http", from: "host/laptop", to });
      t.true(ok);
      t.is(attempts[0]?.status, 200);
      t.regex(attempts[0]?.serverSaw?.server ?? "", new RegExp(`^vote/${page}-`));
    });
  }
}

test.serial("a pod that is asked by its address sees the other pod's own", async (t) => {
  const { pods } = await lab.status();
  const worker = pods.find(({ name }) => name.startsWith("worker-"));
  for (const to of ["deploy/vote/redis:6379", "svc/vote/redis"]) {
    const { attempts } = await lab.probe({ kind: "tcp", from: "deploy/vote/worker", to });
    t.is(attempts[0]?.serverSaw?.source.address, worker?.podIP, to);
  }
});

test.serial("no packet between nodes carries a ClusterIP", async (t) => {
  const { services } = await lab.status();
  await using capture = await lab.capture(nodes.map((name) => `node/${name}`));
  for (const name of ["redis", "db"]) {
    const { ok } = await lab.probe({ kind: "tcp", from: "node/master", to: `svc/vote/${name}` });
    t.true(ok, name);
  }
  const clusterIPs = services.map(({ clusterIP }) => clusterIP).join(", ");
  t.deepEqual(await capture.packets(`ip.addr in {${clusterIPs}}`), []);
  const crossed = await capture.packets("tcp.dstport in {5432, 6379} && tcp.flags.syn == 1");
  // Each handshake leaves the master and arrives at the pod's node.
  t.deepEqual(crossed.map(({ interfaceName }) => interfaceName === "master:eth0").sort(), [
    false,
    false,
    true,
    true,
  ]);
});

test.serial("a display filter selects among what was captured", async (t) => {
  await using capture = await lab.capture(["host/laptop", "node/node01"]);
  t.deepEqual(capture.interfaces, ["laptop:eth0", "node01:eth0"]);
  await lab.probe({ kind: "http", from: "host/laptop", to: "node/node01:31000/echo?msg=found" });
  const all = await capture.packets();
  const asked = await capture.packets('tcp contains "msg=found" && tcp.dstport == 31000');
  t.deepEqual(
    asked.map(({ interfaceName }) => interfaceName),
    ["laptop:eth0", "node01:eth0"],
  );
  t.true(
    asked.every((packet) => all.some(({ timestampNs }) => timestampNs === packet.timestampNs)),
  );
  t.deepEqual(await capture.packets('frame.interface_name == "node02:eth0"'), []);
  await t.throwsAsync(capture.packets("ip.dts == 10.0.0.1"), {
    message: /ip\.dts/,
  });
});

test.serial("a stopped capture is a pcapng that tshark reads, in order of time", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "voting-app.pcapng");
  const capture = await lab.capture([...nodes.map((name) => `node/${name}`), "deploy/vote/redis"]);
  await lab.probe({ kind: "tcp", from: "node/master", to: "svc/vote/redis", count: 3 });
  const { packets, droppedByKernel } = await capture.stop({ file });
  t.is(droppedByKernel, 0);

  const fields = ["-T", "fields", "-e", "frame.interface_name", "-e", "frame.time_epoch"];
  const rows = (await runWireshark("tshark", ["-n", "-r", file, ...fields])).map((row) =>
    row.split("\t"),
  );
  t.is(rows.length, packets);
  const seen = new Set(rows.map(([name]) => name));
  const { pods } = await lab.status();
  const redis = pods.find(({ name }) => name.startsWith("redis-"));
  t.true(seen.has("master:eth0"));
  t.true(seen.has(`${redis?.node}:eth0`));
  t.true(seen.has(`vote/${redis?.name}:eth0`));
  t.deepEqual(
    [...seen].filter((name) => !capture.interfaces.includes(name ?? "")),
    [],
  );
  const times = rows.map(([, time]) => time ?? "");
  t.deepEqual(times, [...times].sort());
  // Our own reader finds the same.
  t.is(decodeCaptureFile(await readFile(file)).length, packets);
});

test.serial("a capture can be written in part", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "syn.pcapng");
  const capture = await lab.capture("deploy/vote/redis");
  await lab.probe({ kind: "tcp", from: "deploy/vote/worker", to: "svc/vote/redis" });
  const { packets } = await capture.stop({ file, where: "tcp.flags == 0x002" });
  t.true(packets > 1);
  t.is(decodeCaptureFile(await readFile(file)).length, 1);
});

test.serial("whoever follows a capture gets every packet, and the end", async (t) => {
  const capture = await lab.capture("deploy/vote/db");
  const followed: number[] = [];
  const done = capture.follow(({ originalLength }) => followed.push(originalLength), {
    where: "tcp",
  });
  await lab.probe({ kind: "tcp", from: "deploy/vote/worker", to: "svc/vote/db" });
  const read = await capture.packets("tcp");
  await capture.stop();
  await done;
  t.true(read.length >= 7);
  t.deepEqual(
    followed.slice(0, read.length),
    read.map(({ originalLength }) => originalLength),
  );
});

test.serial("a node shows the rules that kube-proxy wrote, chain by chain", async (t) => {
  for (const node of nodes) {
    const { exitCode, stdout } = await lab.exec(`node/${node}`, ["iptables-save", "-t", "nat"]);
    t.is(exitCode, 0);
    t.regex(stdout, /^:KUBE-SVC-[A-Z2-7]{16} /m);
    t.regex(
      stdout,
      /-A KUBE-SERVICES -d \S+ .*"vote\/redis:redis-service cluster IP".* -j KUBE-SVC-/,
    );
    t.regex(stdout, /-A KUBE-NODEPORTS .*--dport 31000 -j KUBE-EXT-/);
  }
});

test.serial("inside a pod, names are the pod's", async (t) => {
  const { pods } = await lab.status();
  const vote = pods.find(({ name }) => name.startsWith("vote-"));
  const run = async (...command: string[]): Promise<string> =>
    (await lab.exec("deploy/vote/vote", command)).stdout;
  t.is((await run("hostname")).trim(), vote?.name ?? "");
  const resolvConf = await run("cat", "/etc/resolv.conf");
  t.regex(resolvConf, /^nameserver 10\.96\.0\.10$/m);
  t.regex(resolvConf, /^search vote\.svc\.cluster\.local svc\.cluster\.local cluster\.local$/m);
  t.regex(resolvConf, /^options ndots:5$/m);
  t.regex(await run("cat", "/etc/hosts"), new RegExp(`^${vote?.podIP}\\s+${vote?.name}$`, "m"));
  t.regex(await run("ip", "-4", "-o", "address", "show", "eth0"), new RegExp(`${vote?.podIP}/24`));
});

test.serial("a program's input, environment, output and status are its own", async (t) => {
  const script = 'read -r line; echo "$line, $GREETED"; echo no >&2; exit 7';
  const { exitCode, stdout, stderr } = await lab.exec("deploy/vote/vote", ["sh", "-c", script], {
    input: "hello\n",
    env: { GREETED: "world" },
  });
  t.is(exitCode, 7);
  t.is(stdout.trim(), "hello, world");
  t.is(stderr.trim(), "no");
});

test.serial("after scaling to four, all four answer, and after scaling back, one", async (t) => {
  for (const replicas of [4, 1]) {
    await lab.scale("deploy/vote/vote", replicas);
    await lab.settled();
    // One of four is missed by 100 random choices once in 10^12 runs.
    const answers = await lab.probe({
      kind: "http",
      from: "host/laptop",
      to: "node/node02:31000/hostname",
      count: 100,
    });
    t.true(answers.ok);
    t.is(serversOf(answers).size, replicas);
  }
});

test.serial("a killed pod is replaced by another, which answers in its place", async (t) => {
  const [before] = [...serversOf(await askRedis())];
  const name = before?.split("/")[1] ?? "";
  await lab.delete("Pod", { namespace: "vote", name });
  await lab.settled();
  t.deepEqual(await lab.get("Pod", { namespace: "vote", name }), []);
  const answers = await askRedis();
  t.true(answers.ok);
  const [after] = [...serversOf(answers)];
  t.regex(after ?? "", /^vote\/redis-/);
  t.not(after, before);
});

test.serial("a second Service finds the same pods, until it is deleted", async (t) => {
  await lab.apply(service("vote-too", { app: "vote" }));
  await lab.settled();
  const [stored] = await lab.get("Service", { namespace: "vote", name: "vote-too" });
  t.like(stored, { metadata: { name: "vote-too" }, spec: { type: "ClusterIP" } });
  const { services } = await lab.status();
  const clusterIP = services.find(({ name }) => name === "vote-too")?.clusterIP ?? "";
  const ask = (): Promise<ProbeResult> =>
    lab.probe({ kind: "http", from: "deploy/vote/worker", to: `${clusterIP}:80` });

  const found = await ask();
  t.true(found.ok);
  t.regex([...serversOf(found)][0] ?? "", /^vote\/vote-/);

  await lab.delete("Service", { namespace: "vote", name: "vote-too" });
  await lab.settled();
  const gone = await ask();
  t.false(gone.ok);
  // No rule and no route has the address any more: the router behind the node says so.
  t.is(gone.attempts[0]?.reason, "unreachable");
  t.true((await lab.probe({ kind: "http", from: "host/laptop", to: "node/node01:31000" })).ok);
});

test.serial("a Service without a pod refuses at once", async (t) => {
  await lab.apply(service("nobody", { app: "nobody" }));
  await lab.settled();
  const { attempts } = await lab.probe({
    kind: "tcp",
    from: "deploy/vote/worker",
    to: "svc/vote/nobody",
  });
  const [attempt] = attempts;
  t.is(attempt?.reason, "unreachable");
  t.is(attempt?.icmp?.name, "port unreachable");
  // The worker's node, by the address that it shows its pods: not the router, and no machine far away.
  t.regex(attempt?.icmp?.from ?? "", /^10\.244\.[12]\.1$/);
  await lab.delete("Service", { namespace: "vote", name: "nobody" });
});

test.serial("a deployment that fits nowhere is named by whoever waits for it", async (t) => {
  await lab.apply({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "lost", namespace: "vote" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: "lost" } },
      template: {
        metadata: { labels: { app: "lost" } },
        spec: { nodeSelector: { disk: "gold" }, containers: [{ name: "lost", image: "lost" }] },
      },
    },
  } as KubeObject);
  const error = await t.throwsAsync(lab.settled({ withinMs: 300 }), { instanceOf: LabError });
  t.is(error.code, "LAB_NOT_READY");
  t.regex(error.message, /deployment vote\/lost: 0 of 1 ready/);
  t.regex(error.message, /pod vote\/lost-\S+: 0\/3 nodes are available: .*node affinity\/selector/);
  await lab.delete("Deployment", { namespace: "vote", name: "lost" });
  await lab.settled();
});

test.serial("what is not there is refused by name", async (t) => {
  const probe = (to: string): Promise<unknown> =>
    lab.probe({ kind: "tcp", from: "host/laptop", to });
  await t.throwsAsync(probe("svc/vote/mongo:27017"), { message: /vote\/mongo/ });
  await t.throwsAsync(lab.exec("node/node09", ["true"]), { message: /node09/ });
  await t.throwsAsync(lab.scale("deploy/vote/mongo", 2), { message: /vote\/mongo/ });
  await t.throwsAsync(lab.get("Kubernetes"), { message: /Kubernetes/ });
  await t.throwsAsync(lab.run("a scenario that nobody wrote"), { message: /nobody wrote/ });
});

function askRedis(): Promise<ProbeResult> {
  return lab.probe({ kind: "tcp", from: "deploy/vote/worker", to: "svc/vote/redis" });
}

function serversOf({ attempts }: ProbeResult): ReadonlySet<string | undefined> {
  return new Set(attempts.map(({ serverSaw }) => serverSaw?.server));
}

/** On port 80 to port 80, in `vote`. */
function service(name: string, selector: Readonly<Record<string, string>>): KubeObject {
  const spec = { selector, ports: [{ port: 80 }] };
  // A KubeObject is open: what else there is depends on its kind.
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace: "vote" },
    spec,
  } as KubeObject;
}
