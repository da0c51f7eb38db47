/**
 * `npm run conformance`: podwire against what nobody here wrote, in a table with percentages. The last line is
 * `N passed, N failed`, and the exit status 1 when anything failed.
 *
 *     npm run conformance                everything
 *     npm run conformance -- rules       rule texts, names, categories, order: upstream's vectors
 *     npm run conformance -- flows       what becomes of packets, by the predictor
 *     npm run conformance -- dns         names: 180 recorded answers of CoreDNS
 *     npm run conformance -- packets     the same flows, sent as packets through a kernel
 *     npm run conformance -- packets-ipvs    so in mode ipvs, where the kernel has it: npm run vm -- npm run conformance -- packets-ipvs
 *     npm run conformance -- policies    what 112 NetworkPolicies allow: a minute
 */
import { existsSync } from "node:fs";
import path from "node:path";
import { bootstrap, root } from "./bootstrap.mjs";
import { unmetNeeds } from "./needs.mjs";

bootstrap();
const { $, argv, chalk } = await import("zx");
const say = (line) => process.stdout.write(`${line}\n`);

/**
 * A part is a function from the folder of vectors to rows, failures and notes: see PartResult in
 * test/conformance/tally.ts. Each is a module below dist/test/conformance/, with a function of the part's name; or a
 * program of its own, `main`, which runs in a sandbox and prints the result as JSON, of a kernel that has what it `needs`.
 */
const parts = [
  { name: "rules", title: "rules", module: "vectors.js" },
  { name: "flows", title: "flows, predicted", module: "vectors.js" },
  {
    name: "packets",
    title: "flows, sent through this kernel",
    main: "packets-main.js",
    args: ["iptables", "nftables"],
  },
  {
    name: "packets-ipvs",
    title: "flows in mode ipvs, sent through this kernel",
    main: "packets-main.js",
    args: ["ipvs"],
    needs: "kube-proxy mode ipvs",
  },
  { name: "dns", title: "names, as a real CoreDNS answers", module: "dns.js" },
  {
    name: "policies",
    title: "network policies, as packets",
    module: "policies.js",
    ownCases: true,
  },
];

const folder = path.resolve(root, "../shared/golden");
const unknown = argv._.filter((word) => !parts.some(({ name }) => name === word));
if (unknown.length > 0) {
  say(`no part ${unknown.join(", ")}: there are ${parts.map(({ name }) => name).join(", ")}`);
  process.exit(2);
}

let [passed, failed] = [0, 0];
const hasVectors = existsSync(folder);
if (!hasVectors) {
  say("NOT CHECKED: the folder ../shared/golden does not exist beside this repository");
}
for (const part of parts) {
  const isChosen = argv._.length === 0 || argv._.includes(part.name);
  if (isChosen && (hasVectors || part.ownCases)) await runPart(part);
}
say(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function resultOf({ name, module, main, args = [], needs }) {
  const compiled = path.join(root, "dist/test/conformance");
  if (main === undefined) return (await import(path.join(compiled, module)))[name](folder);
  const program = [process.execPath, path.join(compiled, main), folder, ...args];
  const sandbox = path.join(root, "scripts/in-sandbox.mjs");
  try {
    const { stdout } = await $({ quiet: true })`${process.execPath} ${sandbox} -- ${program}`;
    return JSON.parse(stdout);
  } catch (error) {
    // Asked only now, since the doctor takes its time in an emulated machine.
    if (needs === undefined || !unmetNeeds().has(needs)) throw error;
    const note = `this kernel lacks ${needs}; npm run vm -- npm run conformance -- ${name}`;
    return { rows: [], failures: [], notes: [note] };
  }
}

async function runPart({ name, title, ...part }) {
  const { rows, failures, notes } = await resultOf({ name, ...part });
  say(`\n${chalk.bold(title)}`);
  const width = Math.max(0, ...rows.map(({ subject }) => subject.length));
  for (const row of rows) {
    const total = row.passed + row.failed;
    const share = `${((100 * row.passed) / total).toFixed(row.failed === 0 ? 0 : 1)} %`;
    const paint = row.failed === 0 ? chalk.green : chalk.red;
    const counts = `${row.passed}/${total}`.padStart(10);
    say(`  ${row.subject.padEnd(width)} ${counts} ${paint(share.padStart(7))}`);
    passed += row.passed;
    failed += row.failed;
  }
  for (const { subject, what, actual, expected } of failures) {
    say(chalk.red(`  ${subject}: ${what}`));
    say(`    expected ${JSON.stringify(expected)}\n    actual   ${JSON.stringify(actual)}`);
  }
  for (const note of notes) say(`  ${chalk.yellow("NOT CHECKED")} ${note}`);
}
