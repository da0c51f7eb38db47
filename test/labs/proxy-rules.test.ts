/** What `podwire proxy-rules` prints for a topology is what the lab of that topology has on its nodes. */
import test from "ava";
import { up } from "../../src/index.ts";
import { proxyRules } from "../../src/lab/proxy-rules.ts";
import { runPodwire } from "./run-podwire.ts";

const FILE = "topologies/voting-app.yaml";

test("on paper and in a lab, kube-proxy writes the same", async (t) => {
  await using lab = await up(FILE);
  for (const node of ["master", "node01", "node02"]) {
    const { text } = await proxyRules([FILE], { node });
    const { stdout } = await lab.exec(`node/${node}`, ["iptables-save", "-t", "nat"]);
    t.deepEqual(chainsIn(stdout), chainsIn(text), node);
    t.deepEqual(targetsIn(stdout), targetsIn(text), node);
  }
});

test("an ordinary user may print rules, and --explain leaves them loadable", async (t) => {
  const args = ["proxy-rules", FILE, "--node", "node01"];
  const plain = await runPodwire(args, { as: "ordinary user" });
  t.is(plain.exitCode, 0, plain.stderr);
  const explained = await runPodwire([...args, "--explain"]);
  const lines = explained.stdout.split("\n").filter((line) => !line.startsWith("#"));
  t.is(lines.join("\n"), plain.stdout);
});

/** A chain's name says for which port of which Service it is, and a KUBE-SEP chain's for which endpoint. */
function chainsIn(rules: string): readonly string[] {
  return Array.from(rules.matchAll(/^:(KUBE-\S+)/gm), ([, name = ""]) => name)
    .filter((name) => /^KUBE-(SVC|SVL|EXT|FW|SEP)-/.test(name))
    .sort();
}

function targetsIn(rules: string): readonly string[] {
  return Array.from(rules.matchAll(/-j DNAT --to-destination (\S+)/g), ([, to = ""]) => to).sort();
}
