/** Nothing that podwire does needs root: the command line as its user starts it. */
import path from "node:path";
import test from "ava";
import { execa } from "execa";
import { asOrdinaryUser, runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

/** Of what `--reporter json` prints, the part that is looked at. */
interface Report {
  readonly ok: boolean;
  readonly totals: { readonly passed: number; readonly failed: number; readonly skipped: number };
  readonly labs: ReadonlyArray<{
    readonly lab: string;
    readonly nodes: number;
    readonly pods: number;
    readonly services: number;
    readonly warnings: readonly string[];
    readonly scenarios: ReadonlyArray<{
      readonly scenario: string;
      readonly outcome: string;
      readonly steps: ReadonlyArray<{ readonly title: string; readonly ok: boolean }>;
    }>;
  }>;
}

const claims = [
  "a NodePort answers on every node",
  "pods reach redis and db by their ClusterIPs",
  "the application finds redis and db by their names",
  "a server sees the address of the pod that calls it",
  "a ClusterIP never appears on the wire between nodes",
  "from outside, the server sees the node that was asked",
  "outside the cluster a pod has the address of its node",
  "after scaling, all four pods answer",
  "when a pod is killed, another takes its place behind the Service",
  "a ClusterIP does not answer ping",
];
const users = [
  { user: "whoever runs the tests", as: {} },
  { user: "an ordinary user", as: { as: "ordinary user" } },
] as const;

for (const { user, as } of users) {
  test(`as ${user}, every claim about the voting app holds`, async (t) => {
    await using folder = await ScratchFolder.create();
    const output = ["--reporter", "json", "--output", path.join(folder.path, "output")];
    const args = ["test", "topologies/voting-app.yaml", ...output];
    const { exitCode, stdout, stderr } = await runPodwire(args, as);
    t.is(exitCode, 0, stderr);
    t.is(stderr, "");
    const { ok, totals, labs }: Report = JSON.parse(stdout);
    t.true(ok);
    t.like(totals, { passed: claims.length, failed: 0, skipped: 0 });
    const [lab] = labs;
    // The four Services of the app, that of the API server and that of CoreDNS, which is one pod more.
    t.like(lab, { lab: "voting-app", nodes: 3, pods: 6, services: 6, warnings: [] });
    t.deepEqual(
      lab?.scenarios.map(({ scenario, outcome }) => [scenario, outcome]),
      claims.map((claim) => [claim, "passed"]),
    );
    t.true(lab?.scenarios.every(({ steps }) => steps.length > 0 && steps.every((step) => step.ok)));
    t.deepEqual(
      lab?.scenarios[0]?.steps.map(({ title }) => title),
      [31_000, 31_001].flatMap((port) =>
        ["master", "node01", "node02"].map((node) => `host/laptop: http node/${node}:${port}`),
      ),
    );
  });
}

test("an ordinary user's kubeconfig is there for them as long as the lab is", async (t) => {
  const name = `test-ordinary-${process.pid}`;
  const as = { as: "ordinary user" } as const;
  const up = await runPodwire(["up", "topologies/minimal.yaml", "--name", name], as);
  t.is(up.exitCode, 0, up.stderr);
  const { stdout: file } = await runPodwire(["kubeconfig", "-l", name], as);
  const [program = "", ...args] = asOrdinaryUser(["cat", file]);
  const { stdout } = await execa(program, args);
  t.regex(stdout, new RegExp(`^current-context: ${name}$`, "m"));
  await runPodwire(["down", name], as);
  const { exitCode } = await execa(program, args, { reject: false });
  t.not(exitCode, 0);
});
