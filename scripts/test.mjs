/**
 * `npm test`: installs what is missing, builds, and runs everything, cheapest first: on this host what
 * its kernel can run, and the rest in a virtual machine with another kernel. What it could not run it
 * names, with the reason, at the end; a failure anywhere fails the whole.
 *
 *     npm test                 everything
 *     npm test -- unit labs    only these parts
 *     npm test -- machine      only what runs in the virtual machine, of all parts
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { stripVTControlCharacters } from "node:util";
import { bootstrap, root } from "./bootstrap.mjs";
import { testsWithNeeds, unmetNeeds } from "./needs.mjs";
import { isOpenToAll, runWhereAllMayGo } from "./open-folder.mjs";

// Root's tests run some labs as an ordinary user, who may not go into root's home, nor into another's.
if (process.getuid() === 0 && !isOpenToAll(root)) {
  process.exit(runWhereAllMayGo(root, "scripts/test.mjs", process.argv.slice(2)));
}
bootstrap();
process.argv.push("--test");
await import("./setup.mjs");

const bin = (name) => path.join(root, "node_modules/.bin", name);
const inSandbox = [process.execPath, path.join(root, "scripts/in-sandbox.mjs"), "--"];
/** A process starts ten times as slowly in an emulated machine. */
const inMachine = [process.execPath, path.join(root, "scripts/vm.mjs"), "--timeout", "1800", "--"];

const isMachine = existsSync("/run/podwire-vm");
/** Until ava gives up on tests that do not come to an end. */
const usualPatience = isMachine ? "10m" : "1m";

/**
 * In running order. `tests` are ava's; a part without them is a command of its own. What is the same under `anyKernel`
 * is not tried again in the virtual machine unless it is named.
 */
const parts = [
  { name: "style", command: [bin("biome"), "ci", "."], anyKernel: true },
  { name: "unused", command: [bin("knip")], anyKernel: true },
  {
    name: "unit",
    tests: ["dist/{src,scripts}/**/*.test.js", "dist/test/*.test.js"],
    anyKernel: true,
  },
  {
    name: "golden",
    tests: ["dist/test/golden/*.test.js", "dist/test/tshark/*.test.js"],
    anyKernel: true,
  },
  { name: "kernel", folder: "kernel", prefix: inSandbox },
  { name: "sandbox", tests: ["dist/test/sandbox/*.test.js"] },
  // Labs wait for packets more than they work, though less so where the processor is emulated.
  {
    name: "labs",
    folder: "labs",
    concurrency: Math.ceil((isMachine ? 1.5 : 2) * availableParallelism()),
  },
  { name: "vm", tests: ["dist/test/vm/*.test.js"], setup: "--machine", patience: "5m" },
];

const chosen = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isChosen = ({ name }) => chosen.length === 0 || chosen.includes(name);
const unmet = unmetNeeds();
const isToRun = (part) =>
  isChosen(part) || (part.folder !== undefined && chosen.includes("machine"));
const outcomes = [];
for (const part of parts.filter(isToRun)) outcomes.push(...(await runPart(part)));

process.stdout.write("\n");
for (const { name, state, why, seconds } of outcomes) {
  const note = why === undefined ? `  ${seconds} s` : `: ${why}`;
  process.stdout.write(`${state.padEnd(7)} ${name}${note}\n`);
}
// Last, where it is still seen when a log has been cut to its end.
for (const { failures = [] } of outcomes) {
  for (const line of failures) process.stdout.write(`${line}\n`);
}
process.exit(outcomes.length > 0 && outcomes.every(({ state }) => state !== "FAILED") ? 0 : 1);

/** One outcome, and another for what of it runs in the machine. */
async function runPart(part) {
  const { name, command, tests, folder, setup, patience = usualPatience, prefix = [] } = part;
  const { concurrency = availableParallelism() } = part;
  if (part.anyKernel && isMachine && chosen.length === 0) {
    return [{ name, state: "NOT RUN", why: "it is the same under every kernel" }];
  }
  if (command !== undefined) return [await run(name, command)];
  if (setup !== undefined && isMachine) {
    return [{ name, state: "NOT RUN", why: "this is the virtual machine" }];
  }
  if (setup !== undefined && !isSetUp(setup)) {
    return [{ name, state: "NOT RUN", why: "there is no QEMU" }];
  }
  if (folder === undefined) {
    return [await run(name, [bin("ava"), `--timeout=${patience}`, ...tests])];
  }
  const all = testsWithNeeds(folder);
  const isForeign = ({ needs }) => needs.some((need) => unmet.has(need));
  const own = all.filter((one) => !isForeign(one)).map(({ file }) => file);
  const foreign = all.filter(isForeign);
  return [
    ...(isChosen({ name })
      ? [
          await run(name, [
            ...prefix,
            bin("ava"),
            `--timeout=${patience}`,
            `--concurrency=${concurrency}`,
            ...own,
          ]),
        ]
      : []),
    ...(foreign.length > 0 ? [await runForeign(name, foreign, prefix)] : []),
  ];
}

function runForeign(part, tests, prefix) {
  const needs = new Set(tests.flatMap(({ needs }) => needs).filter((need) => unmet.has(need)));
  const name = `${part}, in the virtual machine (${[...needs].join(", ")})`;
  const lacks = [...needs].flatMap((need) => unmet.get(need)).join("; ");
  const notRun = (why) => ({
    name,
    state: "NOT RUN",
    why: `this kernel lacks ${lacks}, and ${why}`,
  });
  if (isMachine) return notRun("this is the virtual machine");
  if (!isSetUp("--machine")) return notRun("there is no QEMU");
  const files = tests.map(({ file }) => file);
  return run(name, [...inMachine, ...prefix, bin("ava"), "--timeout=5m", ...files]);
}

function isSetUp(purpose) {
  const setup = [path.join(root, "scripts/setup.mjs"), purpose];
  return spawnSync(process.execPath, setup, { cwd: root, stdio: "inherit" }).status === 0;
}

/** A failed test, a file that was ended by an error, or one that did not end: as ava tells them. */
function isFailure(line) {
  // × where the terminal is not known to have the other.
  return /^(?:[✘×] |Failed to exit)/u.test(line);
}

/** What the command prints is passed on as it comes, and its failures are kept. */
async function run(name, [program, ...args]) {
  process.stdout.write(`\n# ${name}\n`);
  const startedAt = performance.now();
  const child = spawn(program, args, {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
    env: {
      ...(process.stdout.isTTY && { FORCE_COLOR: "1" }),
      ...process.env,
      // Node reads them at every start, for as long as all the rest of it takes. What is installed is installed by now.
      NODE_EXTRA_CA_CERTS: undefined,
    },
  });
  child.on("error", ({ message }) => process.stdout.write(`${program}: ${message}\n`));
  const failures = new Set();
  for await (const line of createInterface({ input: child.stdout })) {
    process.stdout.write(`${line}\n`);
    const plain = stripVTControlCharacters(line).trim();
    if (isFailure(plain)) failures.add(plain);
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, "close");
  const seconds = Math.round((performance.now() - startedAt) / 1_000);
  return { name, state: child.exitCode === 0 ? "ok" : "FAILED", seconds, failures };
}
