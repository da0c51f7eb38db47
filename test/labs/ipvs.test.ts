/**
 * A whole lab in kube-proxy's ipvs mode, by the command line.
 *
 * needs: kube-proxy mode ipvs
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const TOPOLOGY = path.resolve("topologies/voting-app.yaml");

test("the voting app's scenarios hold in mode ipvs, and what the mode does otherwise shows", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = path.join(folder.path, "voting-app.yaml");
  const written = await readFile(TOPOLOGY, "utf8");
  const text = written
    .replace(
      "services: {cidr: 10.96.0.0/12}",
      "services: {cidr: 10.96.0.0/12, proxy: {mode: ipvs}}",
    )
    .replace(
      "path: voting-app/",
      `path: ${path.relative(folder.path, path.dirname(TOPOLOGY))}/voting-app/`,
    );
  await writeFile(
    file,
    `${text}---
apiVersion: podwire.dev/v1alpha1
kind: Scenario
metadata: {name: the mode shows}
spec:
  steps:
    - scale: {deployment: vote/vote, replicas: 4}
    - wait: {endpoints: vote/vote, count: 4, within: 60s}
    # Round robin, not dice: in eight attempts every one of four is met.
    - probe: {from: host/laptop, http: "node/node01:31000", count: 8}
      expect: {status: 200, distinctPods: 4}
    - probe: {from: deploy/vote/worker, tcp: "svc/vote/redis:6380"}
      expect: {ok: false, reason: unreachable}
    - exec: {at: node/node01, command: [ipvsadm, --list, --numeric]}
      expect: {stdout: {contains: "TCP  192.168.0.16:31000 rr"}}
    - exec: {at: node/node01, command: [ip, -brief, address, show, dev, kube-ipvs0]}
      expect: {stdout: {contains: "\${svc/vote/redis}/32"}}
`,
  );
  const { exitCode, stdout } = await runPodwire(["test", "--output", folder.path, file], {
    timeoutMs: 280_000,
  });
  t.is(exitCode, 0, stdout);
});
