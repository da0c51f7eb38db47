/**
 * `npm run conformance -- dns`: what a real CoreDNS answered about recorded objects, asked of the CoreDNS of a lab, from a pod through
 * kube-dns, by UDP and by TCP.
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { findCoreDns } from "../../src/kernel/coredns/find-coredns.ts";
import type { PartResult } from "./tally.ts";

const scripts = path.resolve(import.meta.dirname, "../../../scripts");

export async function dns(folder: string): Promise<PartResult> {
  const file = path.join(folder, "dns-cases.json");
  if (!existsSync(file)) return nothing(`${file} does not exist`);
  if (findCoreDns() === undefined) return nothing("there is no CoreDNS: npm run setup");
  const sandbox = [path.join(scripts, "in-sandbox.mjs"), "--", process.execPath];
  const inside = path.join(import.meta.dirname, "dns-inside.js");
  const { stdout } = await execa(
    process.execPath,
    [...sandbox, "--enable-source-maps", inside, file],
    { stderr: "inherit" },
  );
  // The inside is this same program.
  return JSON.parse(stdout) as PartResult;
}

function nothing(why: string): PartResult {
  return { rows: [], failures: [], notes: [`CoreDNS's answers: ${why}`] };
}
