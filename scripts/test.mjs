/**
 * `npm test`: installs what is missing, builds, and runs everything that this
 * host can run, cheapest first. What it cannot run it names, with the reason, at
 * the end; a failure anywhere fails the whole.
 *
 *     npm test                 everything
 *     npm test -- unit labs    only these parts
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bootstrap, root } from "./bootstrap.mjs";

bootstrap();
process.argv.push("--test");
await import("./setup.mjs");

const bin = (name) => path.join(root, "node_modules/.bin", name);

/** In running order. `tests` are ava's; a part without them is a command of its own. */
const parts = [
  { name: "style", command: [bin("biome"), "ci", "."] },
  { name: "unused", command: [bin("knip")] },
  { name: "unit", tests: ["dist/{src,scripts}/**/*.test.js", "dist/test/*.test.js"] },
  { name: "golden", tests: ["dist/test/golden/*.test.js", "dist/test/tshark/*.test.js"] },
  { name: "kernel", tests: ["dist/test/kernel/*.test.js"], inSandbox: true },
  { name: "sandbox", tests: ["dist/test/sandbox/*.test.js"] },
  { name: "labs", tests: ["dist/test/labs/*.test.js"] },
];

const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const outcomes = parts
  .filter(({ name }) => chosen.length === 0 || chosen.includes(name))
  .map((part) => ({ ...part, ok: run(part) }));

process.stdout.write("\n");
for (const { name, ok } of outcomes) process.stdout.write(`${ok ? "ok    " : "FAILED"} ${name}\n`);
process.exit(outcomes.every(({ ok }) => ok) && outcomes.length > 0 ? 0 : 1);

function run({ name, command, tests, inSandbox }) {
  process.stdout.write(`\n# ${name}\n`);
  const ava = tests === undefined ? undefined : [bin("ava"), ...tests];
  const sandbox = [process.execPath, path.join(root, "scripts/in-sandbox.mjs"), "--"];
  const [program, ...args] = command ?? (inSandbox ? [...sandbox, ...ava] : ava);
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: "inherit" });
  if (error !== undefined) process.stdout.write(`${program}: ${error.message}\n`);
  return status === 0;
}
