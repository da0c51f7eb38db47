/** One file under several modes of kube-proxy, and the table of what differs. */
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const MODES = "iptables,nftables,userspace";

test("what a Service promises holds in every mode, and what differs is shown", async (t) => {
  await using folder = await ScratchFolder.create();
  const file = "topologies/proxy-modes.yaml";
  const args = ["test", file, "--proxy-mode", MODES, "--output", folder.path];
  const { exitCode, stdout } = await runPodwire(args);
  t.is(exitCode, 0, stdout);
  t.regex(stdout, /6 passed/);
  const differs = stdout.slice(stdout.indexOf("what differs"));
  const under = (question: string): readonly string[] =>
    (differs.split(`  ${question}\n`)[1] ?? "").split("\n").slice(0, 3);
  const [iptables = "", nftables = "", userspace = ""] = under("a Service without endpoints");
  t.regex(iptables, /port unreachable/);
  t.regex(nftables, /port unreachable/);
  t.regex(userspace, /userspace +connected$/);
  const [asker, again, relay = ""] = under(
    "what the pod sees of a pod that asks the ClusterIP",
  ).map((line) => / saw (\S+)$/.exec(line)?.[1]);
  t.deepEqual([asker, again], ["10.244.0.2", "10.244.0.2"]);
  // The asker's node, by its address towards the pod that was next: its own bridge's, or that of its wire.
  t.regex(relay, /^(10\.244\.0\.1|192\.168\.0\.11)$/);
  // In the run itself: where the dice fall alike by chance, the table has no such line. The last mode goes round.
  const chosen = [...stdout.matchAll(/which pod is chosen, twenty times .* (\d+), \S+ (\d+)$/gm)];
  t.deepEqual(chosen.at(2)?.slice(1), ["10", "10"]);
  t.regex(under("the node port on 127.0.0.1")[1] ?? "", /refused/);
  const lacked = under("a port of the ClusterIP that the Service lacks");
  // Without a rule it leaves the cluster, whose router tells of a few such packets and drops the rest.
  t.regex(lacked[0] ?? "", /network unreachable|timed out/);
  t.regex(lacked[1] ?? "", /port unreachable/);
});

test("a mode that does not exist is misuse", async (t) => {
  const args = ["test", "topologies/minimal.yaml", "--proxy-mode", "iptables,magic"];
  const { exitCode, stderr } = await runPodwire(args);
  t.is(exitCode, 2);
  t.regex(stderr, /choices are iptables, nftables, ipvs, userspace/);
});
