/** Topologies whose scenarios say all there is to say about them. */
import test from "ava";
import { runPodwire } from "./run-podwire.ts";

for (const { file, proves } of [
  { file: "topologies/bgp-faults.yaml", proves: "that packets flow on while a BIRD is replaced" },
  {
    file: "test/labs/fixtures/no-graceful-restart.yaml",
    proves: "that without graceful restart they do not",
  },
  { file: "topologies/cni-plugins.yaml", proves: "that real CNI plugins can lay the pod network" },
  { file: "topologies/cni-ptp.yaml", proves: "what a network without a bridge looks like" },
  { file: "topologies/dns.yaml", proves: "what every kind of Service is called" },
  { file: "topologies/dual-stack.yaml", proves: "that IPv6 does what IPv4 does" },
  { file: "topologies/etcd.yaml", proves: "that etcd is where objects are" },
  { file: "topologies/leaf-spine.yaml", proves: "racks whose routers speak BGP" },
  { file: "topologies/network-policy.yaml", proves: "who may speak with whom" },
  {
    file: "topologies/pods-as-clients.yaml",
    proves: "what a pod finds out by itself: names, Services, whom it asks",
  },
  { file: "topologies/pod-networks.yaml", proves: "what every pod network has to keep" },
]) {
  test.serial(`${file} proves ${proves}`, async (t) => {
    const { exitCode, stdout, stderr } = await runPodwire(["test", file]);
    t.is(exitCode, 0, `${stdout}${stderr}`);
    t.regex(stdout, /^\d+ passed in /m);
  });
}
