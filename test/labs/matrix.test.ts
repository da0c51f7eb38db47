/** A matrix in the file: every variant is run, and what differs is said as of `--network` and `--proxy-mode`. */
import test from "ava";
import { patient } from "../patience.ts";
import { runPodwire } from "./run-podwire.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const file = "test/labs/fixtures/matrix.yaml";

test.serial("every pod network is run under every mode, and what differs comes last", async (t) => {
  t.timeout(patient(300_000));
  await using folder = await ScratchFolder.create();
  const { exitCode, stdout, stderr } = await runPodwire(["test", file, "--output", folder.path], {
    timeoutMs: 280_000,
  });
  t.is(exitCode, 0, `${stdout}${stderr}`);
  const variants = [
    "bridge, iptables",
    "bridge, nftables",
    "flannel/vxlan, iptables",
    "flannel/vxlan, nftables",
  ];
  for (const variant of variants) t.true(stdout.includes(`matrix (${variant})  2 nodes`), variant);
  t.regex(stdout, /^4 passed in /m);
  t.true(stdout.includes(`steps saw the same under ${variants.join(", ")}`), stdout);
});

test.serial("what is chosen by hand is run in place of the matrix", async (t) => {
  t.timeout(patient(120_000));
  await using folder = await ScratchFolder.create();
  const chosen = ["--network", "weave", "--proxy-mode", "iptables"];
  const args = ["test", file, ...chosen, "--output", folder.path];
  const { exitCode, stdout, stderr } = await runPodwire(args);
  t.is(exitCode, 0, `${stdout}${stderr}`);
  t.regex(stdout, /^matrix \(weave, iptables\)/);
  t.regex(stdout, /^1 passed in /m);
});

test.serial("a lab is one variant, and `up` asks which", async (t) => {
  const { exitCode, stderr } = await runPodwire(["up", file]);
  t.is(exitCode, 2, stderr);
  t.is(
    stderr.slice(stderr.indexOf("podwire:")),
    `podwire: ${file}: its matrix has bridge, flannel/vxlan, and a lab is one of them (USAGE)
  hint: choose one: --network bridge`,
  );
  const without = await runPodwire(["up", file, "--network", "bridge"]);
  t.regex(without.stderr, /hint: choose one: --proxy-mode iptables$/);
});

test.serial("validate looks at every variant", async (t) => {
  const { exitCode, stdout, stderr } = await runPodwire(["validate", file]);
  t.is(exitCode, 0, stderr);
  t.is(stdout, "matrix is valid: 2 nodes, 3 objects, 1 scenario, 4 variants");
});

const asked = [
  { args: ["proxy-rules", file], says: /^add table ip kube-proxy/m },
  { args: ["predict", "node/node01", "svc/default/web", "--file", file], says: /default\/web/ },
];

for (const { args, says } of asked) {
  test.serial(`${args[0]} says which variant of a matrix it is, until one is chosen`, async (t) => {
    const first = await runPodwire(args);
    t.is(first.exitCode, 0, first.stderr);
    t.is(
      first.stderr,
      `note: the matrix has bridge, flannel/vxlan, and this is bridge; choose with --network
note: the matrix has iptables, nftables, and this is iptables; choose with --proxy-mode`,
    );
    const chosen = ["--network", "flannel/vxlan", "--proxy-mode", "nftables"];
    const { exitCode, stdout, stderr } = await runPodwire([...args, ...chosen]);
    t.is(exitCode, 0, stderr);
    t.is(stderr, "");
    t.regex(stdout, says);
  });
}
