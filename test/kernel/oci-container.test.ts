import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import test, { type ExecutionContext } from "ava";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import { setLoopbackUp } from "../../src/kernel/devices/loopback.ts";
import type { RootMount } from "../../src/kernel/mounts/container-root.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { Container } from "../../src/kernel/oci/container.ts";
import type { ContainerSpec } from "../../src/kernel/oci/container-spec.ts";
import { isInRoot } from "../../src/kernel/oci/find-in-root.ts";
import { homeInRoot } from "../../src/kernel/oci/home-in-root.ts";
import { processesIn } from "../../src/kernel/processes/process.ts";
import { isMade } from "../fallback-tunnels.ts";
import { patient } from "../patience.ts";

/** The host's programs: what an image would bring. */
const programs: readonly RootMount[] = ["/usr", "/bin", "/lib", "/lib64"]
  .filter((folder) => existsSync(folder))
  .map((folder) => ({ source: folder, mountPath: folder, access: "read-only" }));

function spec(netns: Netns, script: string, more: Partial<ContainerSpec> = {}): ContainerSpec {
  return {
    id: netns.name,
    netns,
    root: { type: "files", files: programs },
    readOnlyRoot: true,
    mounts: [],
    hostname: "web-0",
    hosts: "10.244.1.7 web-0\n",
    resolvConf: "nameserver 10.96.0.10\n",
    command: ["/bin/sh", "-c", script],
    env: { PATH: "/usr/bin:/bin:/usr/sbin", GREETING: "hello" },
    user: { uid: 0, gid: 0, additionalGids: [] },
    capabilities: ["CAP_NET_BIND_SERVICE"],
    noNewPrivileges: true,
    ...more,
  };
}

async function outputOf(t: ExecutionContext, wanted: ContainerSpec): Promise<string> {
  let output = "";
  const container = await Container.start(wanted, (_stream, chunk) => {
    output += Buffer.from(chunk).toString();
  });
  t.is((await container.exited).exitCode, 0, output);
  return output.trimEnd();
}

test("a container sees its own hostname, files, processes and the pod's devices", async (t) => {
  using netns = Netns.create("oci-view");
  const script =
    "hostname; cat /etc/hosts /etc/resolv.conf /etc/hostname; echo $$ $GREETING; ls /sys 2>&1; ls -A / | tr '\\n' ' '; tail -n +3 /proc/net/dev | cut -d: -f1";
  const output = await outputOf(t, spec(netns, script));
  const lines = output.split("\n").filter((line) => isMade(line.trim()));
  t.regex(
    lines.join("\n"),
    /^web-0\n10.244.1.7 web-0\nnameserver 10.96.0.10\nweb-0\n1 hello\n.*No such file.*\nbin dev etc .*proc usr {2,}lo$/s,
  );
});

test("a container runs as the user that it is told to, with no capability left", async (t) => {
  if (process.getuid?.() !== 0) {
    t.log("NOT CHECKED: an ordinary user's lab has no user but root");
    t.pass();
    return;
  }
  using netns = Netns.create("oci-user");
  const user = { uid: 1000, gid: 1001, additionalGids: [1002] };
  const script = "id -u; id -g; id -G; grep CapEff /proc/self/status";
  const output = await outputOf(t, spec(netns, script, { user, readOnlyRoot: false }));
  t.regex(output, /^1000\n1001\n1001 1002\nCapEff:\s+0+$/);
});

test("a read-only root cannot be written, and a mount that can be is the lab's folder", async (t) => {
  using netns = Netns.create("oci-mounts");
  const folder = mkdtempSync(path.join(tmpdir(), "podwire-oci-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "greeting"), "good day");
  const script =
    "touch /here 2>/dev/null || echo refused; cat /data/greeting; touch /read/x 2>/dev/null || echo refused; echo written > /data/answer";
  const mounts: readonly RootMount[] = [
    { source: folder, mountPath: "/data", access: "read-write" },
    { source: folder, mountPath: "/read", access: "read-only" },
  ];
  t.is(await outputOf(t, spec(netns, script, { mounts })), "refused\ngood dayrefused");
  t.is(readFileSync(path.join(folder, "answer"), "utf8"), "written\n");
});

test("an image's folder is seen and can be written over, and stays as it is", async (t) => {
  using netns = Netns.create("oci-overlay");
  const folder = mkdtempSync(path.join(tmpdir(), "podwire, oci:-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(path.join(folder, "greeting"), "good day");
  const root = { type: "folder", folder } as const;
  const script = "cat /greeting; rm /greeting; echo x > /own; ls /own /greeting 2>&1";
  let output = "";
  const wanted = spec(netns, script, { root, readOnlyRoot: false, mounts: programs });
  const container = await Container.start(wanted, (_stream, chunk) => {
    output += Buffer.from(chunk).toString();
  });
  await container.exited;
  t.regex(output, /^good day.*\/greeting.*\n\/own\n$|^good day\/own\n.*\/greeting/s);
  t.deepEqual(readdirSync(folder), ["greeting"]);
  t.false(existsSync("/run/podwire/containers/oci-overlay"));
});

test("a container listens on a port below 1024 of the pod's netns", async (t) => {
  using netns = Netns.create("oci-port");
  netns.enter(() => setLoopbackUp());
  const script = `exec ${process.execPath} -e 'process.on("SIGTERM", () => process.exit(3)); require("net").createServer(s => s.end("here")).listen(53, "127.0.0.1", () => console.log("listening"))'`;
  const node = path.dirname(process.execPath);
  const mounts: readonly RootMount[] = [{ source: node, mountPath: node, access: "read-only" }];
  let output = "";
  const container = await Container.start(spec(netns, script, { mounts }), (_stream, chunk) => {
    output += Buffer.from(chunk).toString();
  });
  using patience = new Deadline(patient(20_000));
  const listens = async (): Promise<true | undefined> => output.includes("listening") || undefined;
  await until(listens, { intervalMs: 5, signal: patience.signal }).catch(() => t.fail(output));
  t.true(processesIn(netns).includes(container.pid));
  await container.stop({ graceMs: 5_000 });
  t.is((await container.exited).exitCode, 3);
  t.deepEqual(processesIn(netns), []);
});

test("what ignores SIGTERM is killed when its time is up", async (t) => {
  using netns = Netns.create("oci-stubborn");
  let output = "";
  const container = await Container.start(
    spec(netns, "trap 'echo asked' TERM; echo up; while :; do sleep 0.05; done"),
    (_stream, chunk) => {
      output += Buffer.from(chunk).toString();
    },
  );
  using patience = new Deadline(patient(20_000));
  const up = async (): Promise<true | undefined> => output.includes("up") || undefined;
  await until(up, { intervalMs: 5, signal: patience.signal });
  await container.stop({ graceMs: 300 });
  t.is((await container.exited).exitCode, 137);
  t.regex(output, /asked/);
});

test("a container is asked to end with the signal of its own", async (t) => {
  using netns = Netns.create("oci-signal");
  let output = "";
  const script = "trap 'exit 5' USR1; echo up; while :; do sleep 0.05; done";
  const container = await Container.start(
    spec(netns, script, { stopSignal: "SIGUSR1" }),
    (_stream, chunk) => {
      output += Buffer.from(chunk).toString();
    },
  );
  using deadline = new Deadline(patient(20_000));
  const up = async (): Promise<true | undefined> => output.includes("up") || undefined;
  await until(up, { intervalMs: 5, signal: deadline.signal });
  await container.stop({ graceMs: patient(20_000) });
  t.is((await container.exited).exitCode, 5);
});

test("a program can be run beside the container's own, with what the container sees", async (t) => {
  using netns = Netns.create("oci-exec");
  const container = await Container.start(spec(netns, "sleep 1000"), () => undefined);
  const { signal } = new AbortController();
  const outcome = await container.exec(["/bin/sh", "-c", "hostname; cat /etc/hosts; exit 3"], {
    env: { PATH: "/usr/bin:/bin" },
    timeoutMs: patient(20_000),
    signal,
  });
  t.deepEqual(outcome, { exitCode: 3, output: "web-0\n10.244.1.7 web-0" });
  await container.stop({ graceMs: 0 });
});

test("whether a program is among a container's files can be told from outside", async (t) => {
  using netns = Netns.create("oci-look");
  const container = await Container.start(spec(netns, "exec sleep 60"), () => undefined);
  for (const [program, want] of [
    ["sleep", true],
    ["/usr/bin/sleep", true],
    ["nosuch", false],
    ["/usr/bin/nosuch", false],
    ["/nosuch/sleep", false],
  ] as const) {
    t.is(isInRoot(container.pid, program, "/nosuch:/usr/bin"), want, program);
  }
  await container.stop({ graceMs: 0 });
});

test("a user of a container is at home where its own list of users says, and otherwise in /", async (t) => {
  using netns = Netns.create("oci-home");
  const folder = mkdtempSync(path.join(tmpdir(), "podwire-oci-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const source = path.join(folder, "passwd");
  writeFileSync(source, "root:x:0:0::/root:/bin/sh\nredis:x:999:999::/data:/bin/sh\n");
  const mounts: RootMount[] = [{ source, mountPath: "/etc/passwd", access: "read-only" }];
  const container = await Container.start(
    spec(netns, "exec sleep 60", { mounts }),
    () => undefined,
  );
  t.is(homeInRoot(container.pid, 999), "/data");
  t.is(homeInRoot(container.pid, 1000), "/");
  await container.stop({ graceMs: 0 });
  t.is(homeInRoot(container.pid, 999), "/");
});

test("a program that is not there is refused with its name, and nothing of it is left", async (t) => {
  using netns = Netns.create("oci-missing");
  const wanted = spec(netns, "", { command: ["/no/such/program"] });
  const error = await t.throwsAsync(Container.start(wanted, () => undefined));
  t.regex(error.message, /^container oci-missing: .*no\/such\/program/s);
  t.false(existsSync("/run/podwire/containers/oci-missing"));
});

test("no control group is made, and none of a container's files stay", async (t) => {
  const before = cgroups();
  using netns = Netns.create("oci-traces");
  await outputOf(t, spec(netns, "true"));
  t.is(cgroups(), before);
  t.deepEqual(
    readdirSync("/run/podwire/containers").filter((name) => name === "oci-traces"),
    [],
  );
  t.false(existsSync("/run/podwire/runc/oci-traces"));
});

function cgroups(): number {
  return readdirSync("/sys/fs/cgroup", { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isDirectory(),
  ).length;
}
