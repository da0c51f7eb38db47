/**
 * `npm run bench`: measures, beside the plain tools where there are some, in the same run, and ends
 * with one table. docs/performance.md says how each is measured.
 *
 *     npm run bench                       everything, some minutes
 *     npm run bench -- wiring decode      only these
 *     npm run bench -- --json             the figures, one a line
 *     npm run bench -- restore --plot     and docs/restore-growth.svg
 */
import { execFileSync, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { bootstrap, root } from "./bootstrap.mjs";

/** In running order. */
const benches = [
  { name: "wiring", inSandbox: true },
  { name: "voting-app" },
  { name: "pods" },
  { name: "mesh" },
  { name: "throughput", inSandbox: true },
  { name: "probes" },
  { name: "changes" },
  { name: "api-server" },
  { name: "rules" },
  { name: "nodes", inSandbox: true },
  { name: "restore", inSandbox: true },
  { name: "decode" },
  { name: "capture" },
];

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("--"));
const unknown = names.filter((name) => !benches.some((bench) => bench.name === name));
if (unknown.length > 0) {
  process.stderr.write(`podwire: no benchmark ${unknown.join(", ")}; there are: `);
  process.stderr.write(`${benches.map(({ name }) => name).join(", ")}\n`);
  process.exit(2);
}
bootstrap();
const asJson = words.includes("--json");
const chosen = benches.filter(({ name }) => names.length === 0 || names.includes(name));
const figures = [];
const failed = [];
for (const bench of chosen) {
  process.stderr.write(`podwire: measuring ${bench.name}\n`);
  if (!(await measure(bench))) failed.push(bench.name);
}
if (!asJson && figures.length > 0) process.stdout.write(table(figures.map(row)));
if (words.includes("--plot")) writePlot();
for (const name of failed) process.stderr.write(`podwire: ${name} failed\n`);
process.exitCode = failed.length === 0 ? 0 : 1;

/** Adds to `figures` what the benchmark prints. */
async function measure({ name, inSandbox }) {
  const sandbox = [path.join(root, "scripts/in-sandbox.mjs"), "--", process.execPath];
  const program = path.join(root, `dist/bench/${name}.js`);
  const child = spawn(process.execPath, [...(inSandbox ? sandbox : []), program], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    if (asJson) process.stdout.write(`${line}\n`);
    figures.push(JSON.parse(line));
  }
  return (await ended) === 0;
}

/** Of what `restore` has measured. */
function writePlot() {
  const input = figures.map((figure) => JSON.stringify(figure)).join("\n");
  const svg = execFileSync(process.execPath, [path.join(root, "dist/bench/restore-plot.js")], {
    input,
  });
  writeFileSync(path.join(root, "docs/restore-growth.svg"), svg);
}

function row({ what, unit, podwire, rounds, against }) {
  return [
    what,
    format(podwire, unit),
    `${format(Math.min(...rounds), unit)} – ${format(Math.max(...rounds), unit)}`,
    ...(against === undefined
      ? ["", "", ""]
      : [format(against.value, unit), ratio(podwire, against, unit), against.tool]),
  ];
}

/** How many times as fast podwire is, and of pairs how sure that is. */
function ratio(ours, { value, ratio: paired }, unit) {
  if (paired !== undefined) {
    const [median, low, high] = [paired.median, paired.low, paired.high].map(twoDigits);
    return `${median}x (${low} – ${high})`;
  }
  const times = unit === "ms" ? value / ours : ours / value;
  return `${times < 2 ? twoDigits(times) : times.toFixed(1)}x`;
}

function twoDigits(number) {
  return number.toFixed(2);
}

function format(value, unit) {
  const digits = unit === "ms" && value < 100 ? 1 : 0;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${unit}`;
}

/** As Markdown, so that it can be pasted into docs/performance.md. */
function table(rows) {
  const all = [["", "podwire", "rounds", "plain tool", "ratio", "which tool"], ...rows];
  const widths = all[0].map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  const lines = all.map(
    (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(" | ")} |`,
  );
  const rule = `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`;
  return `\n${[lines[0], rule, ...lines.slice(1)].join("\n")}\n`;
}
