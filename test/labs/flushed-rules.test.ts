/** Somebody flushes a node's tables, as firewalls do when they are reloaded. */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { up } from "../../src/index.ts";
import { patience, patient } from "../patience.ts";
import { ScratchFolder } from "./scratch-folder.ts";

const FLUSH =
  'for table in filter nat mangle; do iptables -t "$table" -F; iptables -t "$table" -X; done';

for (const mode of ["iptables", "userspace"]) {
  test.serial(
    `${mode}: kube-proxy sees that its chains are gone, and writes all of them again`,
    async (t) => {
      t.timeout(patient(60_000));
      await using folder = await ScratchFolder.create();
      const file = path.join(folder.path, "minimal.yaml");
      const written = await readFile("topologies/minimal.yaml", "utf8");
      const proxy = `  services: {proxy: {mode: ${mode}, iptables: {syncPeriod: 500ms}}}\n`;
      await writeFile(file, written.replace("spec:\n  nodes:", `spec:\n${proxy}  nodes:`));
      await using lab = await up(file);
      const ask = async (): Promise<boolean> =>
        (
          await lab.probe({
            kind: "tcp",
            from: "node/node01",
            to: "svc/default/web",
            timeoutMs: 500,
          })
        ).ok;
      const rulesNow = async (): Promise<string> => {
        const { stdout } = await lab.exec("node/node01", ["iptables-save"]);
        // Rules of others went for good. Whose jump comes first, kubelet's or kube-proxy's, is nobody's business.
        const own = stdout.split("\n").filter((line) => /KUBE-/.test(line));
        return own
          .map((line) => line.replace(/\[\d+:\d+\]/, ""))
          .sort()
          .join("\n");
      };
      t.true(await ask());
      const before = await rulesNow();

      await lab.fail("kube-proxy@node01");
      await lab.exec("node/node01", ["sh", "-ec", FLUSH]);
      t.is(await rulesNow(), "");
      t.false(await ask());

      await lab.heal("kube-proxy@node01");
      await until(async () => (await ask()) || undefined, {
        intervalMs: 50,
        signal: patience(30_000),
      });
      t.is(await rulesNow(), before);
    },
  );
}
