/** The commands that look into a running lab, by their output and their exit status. */
import path from "node:path";
import test from "ava";
import { execa } from "execa";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience } from "../patience.ts";
import { runWireshark } from "../tshark/run-wireshark.ts";
import { type RunningPodwire, runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const lab = await up("topologies/voting-app.yaml", { name: `test-commands-${process.pid}` });
const ofLab = ["-l", lab.name];

test.after.always(() => lab.down());

const probes = [
  { to: "node/node01:31000", kind: "--http", status: 0, says: /HTTP 200, answered by vote\/vote-/ },
  { to: "node/node01", kind: "--ping", status: 0, says: /TTL 64/ },
  { to: "node/node01:9", kind: "--tcp", status: 1, says: /refused/ },
  { to: "10.9.9.9:80", kind: "--tcp", status: 1, says: /unreachable, says 192\.168\.0\.1/ },
  { to: "node/node09:80", kind: "--tcp", status: 2, says: /node\/node09/ },
];

for (const { to, kind, status, says } of probes) {
  test.serial(`probe ${kind} ${to} ends with ${status}`, async (t) => {
    const args = ["probe", "host/laptop", to, kind, ...ofLab];
    const { exitCode, stdout, stderr } = await runPodwire(args);
    t.is(exitCode, status);
    t.regex(`${stdout}${stderr}`, says);
  });
}

const withOptions = [
  {
    args: ["node/node01:31000/header?key=x-lab", "--http", "--header", "X-Lab: yes"],
    status: 0,
    says: /^ +yes$/m,
  },
  { args: ["node/node01:31000/echo?msg=a", "--http", "--method", "POST"], status: 0, says: /200/ },
  { args: ["host/web:80", "--tcp", "--source-port", "4321"], status: 0, says: /saw \S+:4321$/m },
  {
    args: ["node/node01", "--ping", "--size", "1473", "--dont-fragment"],
    status: 1,
    says: /MTU|too big/i,
  },
  { args: ["host/web", "--traceroute", "--max-hops", "1"], status: 1, says: /192\.168\.0\.1/ },
  { args: ["node/node01", "--ping", "--body", "x"], status: 2, says: /a ping probe has no body/ },
  { args: ["node/node01", "--ping", "--header", "x"], status: 2, says: /Write NAME: VALUE/ },
];

for (const { args, status, says } of withOptions) {
  test.serial(`probe ${args.join(" ")} ends with ${status}`, async (t) => {
    const { exitCode, stdout, stderr } = await runPodwire([
      "probe",
      "host/laptop",
      ...args,
      ...ofLab,
    ]);
    t.regex(`${stdout}${stderr}`, says);
    t.is(exitCode, status);
  });
}

test.serial("ps shows what the library's status says", async (t) => {
  const { stdout } = await runPodwire(["ps", "--json", ...ofLab]);
  t.deepEqual(JSON.parse(stdout), await lab.status());
  const table = await runPodwire(["ps", ...ofLab]);
  for (const { name, podIP } of (await lab.status()).pods) {
    t.regex(table.stdout, new RegExp(`${name} .* ${podIP.replaceAll(".", "\\.")} `));
  }
});

test.serial(
  "Tab in bash completes commands, places of the lab, what can fail, and file names",
  async (t) => {
    const script = `podwire() { node bin/podwire.js "$@"; }
    source <(podwire completion bash)
    tab() { COMP_WORDS=(podwire "$@"); COMP_CWORD=$#; _podwire; echo "\${COMPREPLY[*]}"; }
    tab kubec; tab probe -l ${lab.name} host/l; tab validate ""
    tab fail -l ${lab.name} api; tab heal -l ${lab.name} kube-proxy @ node02`;
    const { stdout } = await execa("bash", ["-c", script]);
    t.deepEqual(stdout.split("\n"), ["kubeconfig", "host/laptop", "", "api-server", "node02"]);
  },
);

test.serial("exec passes on output, errors and the status of the program", async (t) => {
  const script = "hostname; echo trouble >&2; exit 5";
  const args = ["exec", "deploy/vote/redis", ...ofLab, "--", "sh", "-c", script];
  const { exitCode, stdout, stderr } = await runPodwire(args);
  t.is(exitCode, 5);
  t.regex(stdout, /^redis-/);
  t.is(stderr, "trouble");
});

test.serial(
  "exec gives a program the container's environment, and nothing of the shell's that podwire runs in",
  async (t) => {
    const { stdout } = await runPodwire(["exec", "deploy/vote/redis", ...ofLab, "--", "env"], {
      env: { COLOUR: "green" },
    });
    const ofServices = /_(SERVICE_HOST|SERVICE_PORT|PORT)(_\w+)?$/;
    const names = stdout.split("\n").map((line) => line.replace(/=.*/, ""));
    t.true(names.includes("REDIS_SERVICE_HOST"));
    t.deepEqual(names.filter((name) => !ofServices.test(name)).sort(), [
      "HOME",
      "HOSTNAME",
      "PATH",
    ]);
    const { stdout: ofLibrary } = await lab.exec("deploy/vote/redis", ["env"]);
    t.deepEqual(ofLibrary.trimEnd().split("\n").sort(), stdout.split("\n").sort());
  },
);

for (const { what, says } of [
  {
    what: ["kube-proxy", "--node", "node01"],
    says: /^\S+Z {2}DEBUG {2}node01 {2}rules synced {2}type=/m,
  },
  { what: ["scheduler"], says: /Successfully assigned vote\/redis-\S+ to node0\d/ },
  {
    what: ["kubelet", "--node", "node02", "--tail", "1"],
    says: /^\S+Z {2}INFO {3}node02 {2}.+ reason=\w+$/,
  },
  { what: ["deploy/vote/vote"], says: /^listening on port 80\/TCP$/m },
]) {
  test.serial(`logs ${what.join(" ")}`, async (t) => {
    const { exitCode, stdout } = await runPodwire(["logs", ...what, ...ofLab]);
    t.is(exitCode, 0);
    t.regex(stdout, says);
  });
}

test.serial("logs -f tells what comes, a record a line", async (t) => {
  const following = runPodwire(["logs", "-f", "--tail", "0", "--json", "kube-proxy", ...ofLab]);
  let said = "";
  following.stdout.on("data", (piece: Buffer) => {
    said += piece.toString();
  });
  let turn = 0;
  const heard = async (): Promise<true | undefined> => {
    await lab.scale("deploy/vote/vote", 1 + (++turn % 2));
    await lab.settled();
    return said.includes('"msg":"rules synced"') || undefined;
  };
  await until(heard, { intervalMs: 100, signal: patience(20_000) });
  await lab.scale("deploy/vote/vote", 1);
  await lab.settled();
  following.kill("SIGINT");
  await following;
  for (const line of said.trim().split("\n")) t.is(JSON.parse(line).component, "kube-proxy");
});

for (const { what, says } of [
  { what: ["kubelet", "--node", "node9"], says: /there is no node\/node9 .*\n.*did you mean node/ },
  { what: ["--previous", "deploy/vote/vote"], says: /no container has ended before/ },
]) {
  test.serial(`logs ${what.join(" ")} says what is wrong with that`, async (t) => {
    const { exitCode, stderr } = await runPodwire(["logs", ...what, ...ofLab]);
    t.is(exitCode, 2);
    t.regex(stderr, says);
  });
}

test.serial("logs of nothing that logs says what there is", async (t) => {
  const { exitCode, stderr } = await runPodwire(["logs", "etcd", ...ofLab]);
  t.is(exitCode, 2);
  t.regex(stderr, /nothing that logs is called etcd.*\n.*kube-proxy/s);
});

test.serial("capture prints what passes the filter, and stops after so many", async (t) => {
  const where = ["-Y", "tcp.dstport == 31000 && tcp.flags.syn == 1", "-c", "2"];
  const capture = runPodwire(["capture", "host/laptop", "node/node01", ...where, ...ofLab]);
  await listening(capture);
  await lab.probe({ kind: "http", from: "host/laptop", to: "node/node01:31000" });
  const { exitCode, stdout } = await capture;
  t.is(exitCode, 0);
  const lines = stdout.split("\n");
  t.is(lines.length, 2);
  for (const line of lines) {
    t.regex(line, /eth0 +192\.168\.0\.100:\d+ > 192\.168\.0\.16:31000 TCP \[SYN\]/);
  }
  // Printed as they come in, and which of two devices is heard from first is not said.
  t.regex(stdout, /laptop:eth0/);
  t.regex(stdout, /node01:eth0/);
});

test.serial(
  "capture -w writes what came until Ctrl-C, under the names of the devices",
  async (t) => {
    await using folder = await ScratchFolder.create();
    const file = path.join(folder.path, "two.pcapng");
    const capture = runPodwire(["capture", "host/laptop", "node/node01", "-w", file, ...ofLab]);
    await listening(capture);
    await lab.probe({ kind: "http", from: "host/laptop", to: "node/node01:31000" });
    capture.kill("SIGINT");
    const { exitCode, stderr } = await capture;
    t.is(exitCode, 0, stderr);
    const fields = ["-T", "fields", "-e", "frame.interface_name"];
    const names = await runWireshark("tshark", ["-n", "-r", file, "-Y", "tcp", ...fields]);
    t.deepEqual([...new Set(names)].sort(), ["laptop:eth0", "node01:eth0"]);
  },
);

test.serial("capture refuses a display filter that is none", async (t) => {
  const { exitCode, stdout, stderr } = await runPodwire([
    ...["capture", "host/laptop", "-Y", "ip.dts == 10.0.0.1", ...ofLab],
  ]);
  t.is(exitCode, 2);
  t.is(stdout, "");
  t.regex(stderr, /ip\.dts/);
});

const misuses = [
  {
    title: "a filter that is none",
    args: ["node/node01", "-f", "tcp and ("],
    says: /capture filter/,
  },
  { title: "a port that has no number", args: ["node/node01", "-f", "port zzz"], says: /zzz/ },
  { title: "a device that is not there", args: ["node/node01:eth7"], says: /it has lo, .*eth0/ },
  {
    title: "a folder that is not there",
    args: ["node/node01", "-w", "/tmp/podwire-no-such-folder/x.pcapng"],
    says: /there is no folder/,
  },
];

test.serial("capture -w - can be read while it goes on", async (t) => {
  const capture = runPodwire(["capture", "host/laptop", "-w", "-", ...ofLab]);
  let written = "";
  capture.stdout.on("data", (chunk: Buffer) => {
    written += chunk.toString("latin1");
  });
  await listening(capture);
  await lab.probe({ kind: "http", from: "host/laptop", to: "node/node01:31000" });
  const isThere = async (): Promise<true | undefined> => written.includes("GET /") || undefined;
  t.true(await until(isThere, { intervalMs: 5, signal: patience(20_000) }));
  capture.kill("SIGINT");
  t.is((await capture).exitCode, 0);
});

test.serial("a capture that cannot be written is refused before it begins", async (t) => {
  const { exitCode, stderr } = await runPodwire([
    ...["capture", "host/laptop", "-w", "/proc/lab.pcapng", ...ofLab],
  ]);
  t.is(exitCode, 3);
  t.is(stderr, "podwire: /proc/lab.pcapng: no such file or folder (HOST_FILE)");
});

for (const { title, args, says } of misuses) {
  test.serial(`capture with ${title} is a misuse`, async (t) => {
    const { exitCode, stderr } = await runPodwire(["capture", ...args, ...ofLab]);
    t.is(exitCode, 2, stderr);
    t.regex(stderr, says);
  });
}

/** Resolves when so many tcpdumps run in the lab. */
async function tcpdumps(count: number): Promise<true> {
  const isSo = async (): Promise<true | undefined> => {
    const { stdout } = await lab.exec("node/node01", ["pgrep", "-c", "tcpdump"]);
    return Number(stdout) === count || undefined;
  };
  return until(isSo, { intervalMs: 20, signal: patience(20_000) });
}

test.serial(
  "a capture ends with the command that wanted it, also when that is killed",
  async (t) => {
    const capture = runPodwire(["capture", "node/node01", "node/node02", ...ofLab]);
    await listening(capture);
    t.true(await tcpdumps(2));
    capture.kill("SIGKILL");
    await capture;
    t.true(await tcpdumps(0));
  },
);

test.serial("without its name, one lab of several is not guessed", async (t) => {
  await using other = await up("topologies/minimal.yaml", { name: `${lab.name}-too` });
  const { exitCode, stderr } = await runPodwire(["ps"]);
  t.is(exitCode, 2);
  t.true(stderr.includes(lab.name) && stderr.includes(other.name), stderr);
});

/** The command says so when it is: no packet sent after that is missed. */
async function listening({ stderr }: RunningPodwire): Promise<void> {
  let said = "";
  stderr.on("data", (chunk: Buffer) => {
    said += `${chunk}`;
  });
  await until(async () => said.includes("capturing on") || undefined, {
    intervalMs: 5,
    signal: patience(15_000),
  });
}
