/**
 * One file under all four modes of kube-proxy, and the table of what differs: `podwire test topologies/proxy-modes.yaml
 * --proxy-mode iptables,nftables,ipvs,userspace`.
 *
 * needs: kube-proxy mode ipvs
 */
import test from "ava";
import { patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const FILE = "topologies/proxy-modes.yaml";
const MODES = ["iptables", "nftables", "ipvs", "userspace"];
const timeoutMs = 800_000;

test("four modes, one table of what differs", async (t) => {
  t.timeout(patient(900_000));
  await using folder = await ScratchFolder.create();
  const args = ["test", FILE, "--proxy-mode", MODES.join(","), "--output", folder.path];
  const { exitCode, stdout } = await runPodwire(args, { timeoutMs });
  t.is(exitCode, 0, stdout);
  t.log(stdout.slice(stdout.indexOf("what differs")));
  const differs = stdout.slice(stdout.indexOf("what differs"));
  const under = (question: string): readonly string[] =>
    (differs.split(`  ${question}\n`)[1] ?? "").split("\n").slice(0, MODES.length);
  const answers: ReadonlyArray<readonly [question: string, answers: readonly RegExp[]]> = [
    ["ping of the ClusterIP", [/unreachable|timed out/, /unreachable/, /unreachable/, /./]],
    [
      "a port of the ClusterIP that the Service lacks",
      // Without a rule it leaves the cluster, whose router tells of a few such packets and drops the rest.
      [/unreachable|timed out/, /port unreachable/, /port unreachable/, /unreachable|timed out/],
    ],
    ["the node port on 127.0.0.1", [/answered/, /refused/, /refused/, /answered/]],
    [
      "a Service without endpoints",
      [/port unreachable/, /port unreachable/, /port unreachable/, /connected$/],
    ],
    [
      "what the pod sees of a pod that asks the ClusterIP",
      [/10\.244\.0\.2$/, /10\.244\.0\.2$/, /10\.244\.0\.2$/, /192\.168\.0\.11$/],
    ],
  ];
  for (const [question, expected] of answers) {
    for (const [index, line] of under(question).entries()) {
      t.regex(line, expected[index] ?? /^$/, `${question}: ${MODES[index]}`);
    }
  }
});
