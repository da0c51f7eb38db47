/** A CNI plugin that somebody has just written, in shell: found by its name, run as a runtime runs it, and heard when it fails. */
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { up } from "../../src/index.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Fails once at ADD and once at DEL, as one does that waits for something. */
const plugin = `#!/bin/sh
set -eu
netns=$(basename "$CNI_NETNS")
fail_once() {
  mkdir "/run/$CNI_COMMAND-failed" 2>/dev/null || return 0
  echo '{"code": 11, "msg": "the pool is not there yet"}'
  exit 1
}
fail_once
case $CNI_COMMAND in
ADD)
  ip link add weth0 type veth peer name "$CNI_IFNAME" netns "$netns"
  ip addr add 10.244.0.1/24 dev weth0
  ip link set weth0 up
  ip -n "$netns" addr add 10.244.0.2/24 dev "$CNI_IFNAME"
  ip -n "$netns" link set "$CNI_IFNAME" up
  echo '{"cniVersion": "1.0.0", "ips": [{"address": "10.244.0.2/24"}]}' ;;
esac
`;

const topology = (binDir: string): string => `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: own-plugin}
spec:
  nodes: [{name: node01}]
  dns: {enabled: false}
  network: {plugin: {name: exec, binDir: ${binDir}, config: {cniVersion: 1.0.0, name: mine, type: mine}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: web, ports: [{containerPort: 80}]}]}
`;

test("a plugin in shell finds the pod's netns by name; its failure is told at once and overcome by the next try", async (t) => {
  await using folder = await ScratchFolder.create();
  const program = path.join(folder.path, "mine");
  await writeFile(program, plugin);
  await chmod(program, 0o755);
  const file = path.join(folder.path, "lab.yaml");
  await writeFile(file, topology(folder.path));
  const warnings: string[] = [];

  await using lab = await up(file, {
    onEvent: (event) => event.type === "warning" && warnings.push(event.message),
  });

  const { attempts } = await lab.probe({ kind: "tcp", from: "node/node01", to: "pod/web:80" });
  t.is(attempts[0]?.serverSaw?.server, "default/web");
  t.deepEqual(warnings, [
    "pod default/web: Failed to create pod sandbox: CNI ADD: mine on node01: the pool is not there yet (code 11)",
  ]);
  const { stdout } = await lab.exec("node/node01", ["ls", "/run/netns"]);
  t.is(stdout.trim(), "default.web");
});
