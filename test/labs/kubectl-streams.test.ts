/** exec, attach, port-forward, cp and logs of unmodified kubectls, old ones on SPDY and new ones on WebSockets. */
import { createHash, randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience } from "../patience.ts";
import { Kubectl, kubectls } from "./kubectls.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const lab = await up("test/labs/fixtures/streams.yaml", { name: `test-streams-${process.pid}` });
const kubeconfig = (await runPodwire(["kubeconfig", "-l", lab.name])).stdout;
const ofProgram = ["both", "-c", "program"];

test.after.always(() => lab.down());

if (kubectls().length === 0)
  test("NOT CHECKED: there is no kubectl on this machine", (t) => t.pass());

for (const program of kubectls()) {
  const name = path.basename(program);

  test.serial(`${name} exec: outputs apart, environment, exit status`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    const script = "echo $COLOUR $HOSTNAME; echo trouble >&2; exit 7";
    const { exitCode, stdout, stderr } = await kubectl.run([
      "exec",
      ...ofProgram,
      "--",
      "sh",
      "-c",
      script,
    ]);
    t.is(exitCode, 7);
    t.is(stdout, "green both");
    t.regex(stderr, /^trouble\ncommand terminated with exit code 7/);
  });

  test.serial(`${name} exec: the container's environment and nothing of ours`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    const { stdout } = await kubectl.run(["exec", ...ofProgram, "--", "env"]);
    const names = stdout.split("\n").map((line) => line.replace(/=.*/, ""));
    const others = names.filter((variable) => !variable.startsWith("KUBERNETES_"));
    t.deepEqual(others.sort(), ["COLOUR", "HOME", "HOSTNAME", "PATH"]);
  });

  test.serial(
    `${name} exec in a container that the responder plays: the pod's own files`,
    async (t) => {
      await using kubectl = await Kubectl.create(program, kubeconfig);
      const { stdout } = await kubectl.run([
        "exec",
        "both",
        "-c",
        "responder",
        "--",
        "cat",
        "/etc/hosts",
      ]);
      t.regex(stdout, /^10\.244\.\d+\.\d+\tboth$/m);
    },
  );

  test.serial(`${name} exec of what is not there, and in what is not there`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    const missing = await kubectl.run(["exec", ...ofProgram, "--", "nosuch"]);
    t.is(missing.exitCode, 1);
    t.regex(missing.stderr, /exec: "nosuch": executable file not found in \$PATH/);
    const container = await kubectl.run(["exec", "both", "-c", "nosuch", "--", "true"]);
    t.regex(container.stderr, /container nosuch is not valid for pod both/);
    const ended = await kubectl.run(["exec", "once", "--", "true"]);
    t.not(ended.exitCode, 0);
  });

  test.serial(`${name} exec -i: 32 MB there and back, byte for byte`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    await using folder = await ScratchFolder.create();
    const file = path.join(folder.path, "bytes");
    const bytes = randomBytes(32 * 1024 * 1024);
    await writeFile(file, bytes);
    const back = path.join(folder.path, "back");
    const shell = `"$0" exec -i both -c program -- cat < "${file}" > "${back}"`;
    const outcome = await kubectl.shell(shell);
    t.is(outcome.exitCode, 0, outcome.stderr);
    const digest = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
    t.is(digest(await readFile(back)), digest(bytes));
  });

  test.serial(`${name} exec -it: a terminal that is the program's own`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    const { stdout, exitCode } = await kubectl.onTerminal(
      "exec -it both -c program -- sh -c 'tty >/dev/null && echo a terminal; exit 5'",
    );
    t.regex(stdout, /a terminal/);
    t.is(exitCode, 5);
  });

  test.serial(`${name} cp: a file out of a pod`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    await using folder = await ScratchFolder.create();
    const copy = path.join(folder.path, "services");
    await kubectl.run(["cp", "both:/etc/services", copy, "-c", "program"]);
    t.deepEqual(await readFile(copy), await readFile("/etc/services"));
  });

  test.serial(`${name} attach: what is typed, and what is said from then on`, async (t) => {
    await using kubectl = await Kubectl.create(program, kubeconfig);
    const word = `word-${name}`;
    const attached = kubectl.run(["attach", "-i", ...ofProgram], { input: "pipe" });
    let seen = "";
    attached.stdout?.on("data", (piece: Buffer) => {
      seen += piece.toString();
    });
    // Typed until it is heard: who attaches hears nothing of what was said before.
    await until(
      async () => {
        attached.stdin?.write(`${word}\n`);
        return seen.includes(`got ${word}`) || undefined;
      },
      { intervalMs: 100, signal: patience(20_000) },
    );
    attached.kill();
    await attached;
    t.false(seen.includes("started"));
  });

  test.serial(
    `${name} logs: of one container, of its last lines, with times, followed`,
    async (t) => {
      await using kubectl = await Kubectl.create(program, kubeconfig);
      const all = await kubectl.run(["logs", ...ofProgram]);
      t.regex(all.stdout, /^started\ntrouble/);
      const timed = await kubectl.run(["logs", ...ofProgram, "--timestamps", "--limit-bytes=40"]);
      t.regex(timed.stdout, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z started/);
      t.is((await kubectl.run(["logs", "once", "--tail=1"])).stdout, "run");
      const previous = await kubectl.run(["logs", ...ofProgram, "--previous"]);
      t.regex(previous.stderr, /previous terminated container "program" in pod "both" not found/);
      const followed = kubectl.run(["logs", "-f", "--tail=0", "both", "-c", "responder"]);
      let seen = "";
      followed.stdout?.on("data", (piece: Buffer) => {
        seen += piece.toString();
      });
      await until(
        async () => {
          await lab.probe({ kind: "http", from: "node/node01", to: "pod/both:80" });
          return /GET \/ from \d+\.\d+\.\d+\.\d+:\d+/.test(seen) || undefined;
        },
        { intervalMs: 100, signal: patience(20_000) },
      );
      followed.kill();
      await followed;
      t.pass();
    },
  );

  test.serial(
    `${name} port-forward: connections to the pod's own loopback, one after the other`,
    async (t) => {
      await using kubectl = await Kubectl.create(program, kubeconfig);
      const forwarding = kubectl.run(["port-forward", "both", ":80"]);
      let said = "";
      forwarding.stdout?.on("data", (piece: Buffer) => {
        said += piece.toString();
      });
      const port = await until(async () => /127\.0\.0\.1:(\d+) -> 80/.exec(said)?.[1], {
        intervalMs: 20,
        signal: patience(20_000),
      });
      for (let turn = 0; turn < 3; turn++) {
        const answer = await fetch(`http://127.0.0.1:${port}/hostname`);
        t.is(await answer.text(), "both");
      }
      const client = await fetch(`http://127.0.0.1:${port}/clientip`);
      t.regex(await client.text(), /^127\.0\.0\.1:\d+$/);
      const many = Array.from({ length: 20 }, async (_, turn) => {
        const echoed = await fetch(`http://127.0.0.1:${port}/echo?msg=${"x".repeat(1000)}${turn}`);
        return (await echoed.text()).slice(1000);
      });
      t.deepEqual(
        await Promise.all(many),
        Array.from({ length: 20 }, (_, turn) => String(turn)),
      );
      forwarding.kill();
      await forwarding;
    },
  );
}
