/** What the command line says to what it cannot use. Needs no lab. */
import test from "ava";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

for (const { args, says } of [
  {
    args: ["upp"],
    says: "podwire: unknown command 'upp'\n(Did you mean up?)\n  hint: podwire --help shows how",
  },
  {
    args: ["up"],
    says: "podwire: missing required argument 'file'\n  hint: podwire up --help shows how",
  },
  {
    args: ["up", "--name", "Big Lab", "topologies/minimal.yaml"],
    says: `podwire: option '--name <name>' argument 'Big Lab' is invalid. A lab's name must be 1..63 small letters, digits, dashes and dots, with a letter or a digit at both ends.
  hint: podwire up --help shows how`,
  },
  {
    args: ["capture", "node/node01", "--duration", "0"],
    says: `podwire: option '--duration <seconds>' argument '0' is invalid. It is to be a number of seconds, such as 10 or 0.5.
  hint: podwire capture --help shows how`,
  },
  {
    args: ["exec", "node/node01", "ip", "-brief", "address"],
    says: `podwire: unknown option '-brief'
  hint: put the program behind --: podwire exec node/node01 -- ip -brief address`,
  },
  {
    args: ["predict", "node/a", "node/b", "--network", "weave", "--seed", "2"],
    says: `podwire: --network, --seed: only of files; a lab has what it was built with (USAGE)
  hint: name files with --file`,
  },
  {
    args: ["report", "merge"],
    says: "podwire: missing required argument 'file'\n  hint: podwire report merge --help shows how",
  },
]) {
  test.serial(`podwire ${args.join(" ")} is a misuse`, async (t) => {
    const { exitCode, stdout, stderr } = await runPodwire(args);
    t.is(exitCode, 2);
    t.is(stdout, "");
    t.is(stderr, says);
  });
}

test.serial("to test a file without scenarios is a mistake, whatever else was asked", async (t) => {
  const file = "test/labs/fixtures/empty.yaml";
  for (const flags of [[], ["--grep", "x"], ["--shard", "1/2"]]) {
    const { exitCode, stdout, stderr } = await runPodwire(["test", file, ...flags]);
    t.is(exitCode, 2);
    t.is(stdout, "");
    t.true(
      stderr.startsWith(
        `${file}:2:1: empty: has no Scenario, so nothing of it is tested\n  hint: add `,
      ),
    );
    t.regex(stderr, /^1 mistake$/m);
  }
});

test.serial("a shard of which others have all the scenarios is a success", async (t) => {
  await using folder = await ScratchFolder.create();
  const flags = ["--shard", "2/2", "--output", folder.path];
  const { exitCode, stdout } = await runPodwire(["test", "topologies/minimal.yaml", ...flags]);
  t.is(exitCode, 0);
  t.regex(stdout, /^no scenarios in /m);
});
