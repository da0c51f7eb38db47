/** The DNS part, inside its sandbox: `dns-inside.js FILE` prints its result as one line of JSON. */
import { readFileSync } from "node:fs";
import { differences } from "./dns-answer.ts";
import type { DnsCase, DnsCases } from "./dns-cases.ts";
import { DnsLab } from "./dns-lab.ts";
import { type PartResult, Tally } from "./tally.ts";

const { signal } = new AbortController();
const [file = ""] = process.argv.slice(2);
const result = await run(JSON.parse(readFileSync(file, "utf8")) as DnsCases);
process.stdout.write(`${JSON.stringify(result)}\n`, () => {
  // Whatever the lab has running ends with the sandbox.
  process.exit();
});

async function run(cases: DnsCases): Promise<PartResult> {
  const tally = new Tally();
  await using lab = await DnsLab.build(cases, signal);
  for (const group of cases.groups) {
    await lab.use(group, signal);
    for (const each of group.cases) {
      const { name, type } = each.query;
      tally.compare(`Corefile ${group.id}`, `${name} ${type}`, await problemsOf(lab, each), []);
    }
  }
  return tally.result;
}

/** By UDP and by TCP: a case holds when both answers are as recorded. */
async function problemsOf(lab: DnsLab, each: DnsCase): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const transport of ["udp", "tcp"] as const) {
    try {
      const message = await lab.ask(each.query, transport, signal);
      problems.push(...differences(each, message).map((line) => `${transport}: ${line}`));
    } catch (error) {
      problems.push(`${transport}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return problems;
}
