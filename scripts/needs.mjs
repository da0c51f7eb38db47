/**
 * Which tests need something of the kernel that not every host has. Such a test file says so in its first
 * comment, in the doctor's words:
 *
 *      * needs: kube-proxy mode ipvs, impair
 */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./bootstrap.mjs";

/** Compiled test files below a folder of test/, each with what it needs. */
export function testsWithNeeds(folder) {
  return readdirSync(path.join(root, "test", folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => {
      const source = readFileSync(path.join(root, "test", folder, name), "utf8");
      const [, needs = ""] = /^ \* needs: (.+)$/m.exec(source) ?? [];
      return {
        file: path.join("dist/test", folder, name.replace(/\.ts$/, ".js")),
        needs: needs.split(", ").filter((need) => need !== ""),
      };
    });
}

/** What this host lacks, as the doctor finds out by trying: from each need to what is missing for it. */
export function unmetNeeds() {
  const args = [path.join(root, "bin/podwire.js"), "doctor", "--json"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 26 });
  const unmet = new Map();
  for (const { name: group, checks } of JSON.parse(stdout).groups) {
    for (const { name, neededBy, state } of checks) {
      if (state === "ok") continue;
      for (const need of neededBy)
        unmet.set(need, [...(unmet.get(need) ?? []), `${group}: ${name}`]);
    }
  }
  return unmet;
}
