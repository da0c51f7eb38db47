/** One application under each mode of kube-proxy: what it needs holds in all, and what differs is what is known to differ. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const TOPOLOGY = path.resolve("topologies/voting-app.yaml");

/** The voting app with `services.proxy` as given, in a file of its own. */
async function votingApp(folder: ScratchFolder, proxy: string, more = ""): Promise<string> {
  const written = await readFile(TOPOLOGY, "utf8");
  const file = path.join(folder.path, "voting-app.yaml");
  const text = written
    .replace("services: {cidr: 10.96.0.0/12}", `services: {cidr: 10.96.0.0/12, proxy: ${proxy}}`)
    .replace(
      "path: voting-app/",
      `path: ${path.relative(folder.path, path.dirname(TOPOLOGY))}/voting-app/`,
    );
  await writeFile(file, text + more);
  return file;
}

for (const mode of ["iptables", "nftables"]) {
  test.serial(`the voting app's scenarios hold in mode ${mode}`, async (t) => {
    await using folder = await ScratchFolder.create();
    const file = await votingApp(folder, `{mode: ${mode}}`);
    const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file]);
    t.is(exitCode, 0, stdout);
    t.regex(stdout, /\d+ passed/);
  });
}

for (const mode of ["iptables", "nftables"]) {
  test.serial(`a rolling update refuses nobody in mode ${mode}`, async (t) => {
    await using folder = await ScratchFolder.create();
    const written = await readFile(path.resolve("topologies/rolling-update.yaml"), "utf8");
    const file = path.join(folder.path, "rolling-update.yaml");
    await writeFile(file, written.replace("mode: iptables", `mode: ${mode}`));
    const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file]);
    t.is(exitCode, 0, stdout);
  });
}

test.serial(
  "without a moment of grace a rolling update refuses somebody, and is caught",
  async (t) => {
    await using folder = await ScratchFolder.create();
    const written = await readFile(path.resolve("topologies/rolling-update.yaml"), "utf8");
    const file = path.join(folder.path, "rolling-update.yaml");
    // Pods that stop serving at once, and a proxy that is a second late.
    const text = written
      .replace(/lifecycle: .*/, "env: []")
      .replace("mode: iptables", "iptables: {minSyncPeriod: 1s}");
    await writeFile(file, text);
    const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file]);
    t.is(exitCode, 1, stdout);
    // Refused, reset or lost: how depends on what the pod had come to when it was asked.
    t.regex(stdout, /expected +an answer\n +seen +.*in all \d+ of \d+ answered/);
  },
);

const scenario = (steps: string): string => `---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: the mode shows}
spec:
  steps:
${steps}`;

const differences = [
  {
    title:
      "a wrong port on a ClusterIP concerns nobody in iptables mode: the packet leaves the node",
    proxy: "{mode: iptables}",
    steps: `    - capture: [node/node01, node/node02]
    - probe: {from: deploy/vote/vote, tcp: "svc/vote/redis:6380"}
      expect: {ok: false}
    - packets: {where: "ip.dst == \${svc/vote/redis} && tcp.dstport == 6380", expect: some}
`,
  },
  {
    title: "a wrong port on a ClusterIP is refused by the client's own node in nftables mode",
    proxy: "{mode: nftables}",
    steps: `    - capture: [node/node01, node/node02]
    - probe: {from: deploy/vote/vote, tcp: "svc/vote/redis:6380"}
      expect: {ok: false, reason: unreachable}
    - packets: {where: "ip.dst == \${svc/vote/redis}", expect: none}
`,
  },
  {
    title: "a node port answers on 127.0.0.1 in iptables mode",
    proxy: "{mode: iptables}",
    steps: `    - probe: {from: node/node01, http: "127.0.0.1:31000"}
      expect: {status: 200, serverSaw: {pod: deploy/vote/vote}}
`,
  },
  {
    title: "a node port does not answer on 127.0.0.1 in nftables mode",
    proxy: "{mode: nftables}",
    steps: `    - probe: {from: node/node01, http: "127.0.0.1:31000"}
      expect: {ok: false, reason: refused}
`,
  },
  {
    title: "every address of a node answers on node ports in iptables mode",
    proxy: "{mode: iptables}",
    steps: `    - probe: {from: deploy/vote/vote, http: "10.244.1.1:31000"}
      expect: {status: 200}
`,
  },
  {
    title: "a node's primary address alone answers on node ports in nftables mode",
    proxy: "{mode: nftables}",
    steps: `    - probe: {from: deploy/vote/vote, http: "10.244.1.1:31000"}
      expect: {ok: false, reason: refused}
    - probe: {from: deploy/vote/vote, http: "node/node01:31000"}
      expect: {status: 200}
`,
  },
];
for (const { title, proxy, steps } of differences) {
  test.serial(title, async (t) => {
    await using folder = await ScratchFolder.create();
    const file = await votingApp(folder, proxy, scenario(steps));
    const { exitCode, stdout, stderr } = await runPodwire([
      "test",
      "--grep",
      "the mode shows",
      file,
    ]);
    t.is(exitCode, 0, stdout + stderr);
  });
}
