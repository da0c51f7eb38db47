/**
 * What `npm run bench -- restore --json` printed, as a plot: `node dist/bench/restore-plot.js < FIGURES > PLOT.svg`.
 * `npm run bench -- restore --plot` writes docs/restore-growth.svg so.
 */
import { readFileSync } from "node:fs";
import type { Figure } from "./figure.ts";
import { type Curve, renderPlot } from "./log-log-plot.ts";

const figures = readFileSync(0, "utf8")
  .split("\n")
  .filter((line) => line.startsWith("{"))
  // Every line is what printFigure has written.
  .map((line) => JSON.parse(line) as Figure);

const decades: ReadonlyArray<readonly [number, string]> = [
  [1, "1 ms"],
  [10, "10 ms"],
  [100, "100 ms"],
  [1_000, "1 s"],
  [10_000, "10 s"],
  [100_000, "100 s"],
];

function curves(): readonly Curve[] {
  const byName = new Map<string, Array<readonly [number, number]>>();
  for (const { curve, podwire } of figures) {
    if (curve === undefined) continue;
    const points = byName.get(curve.name) ?? [];
    byName.set(curve.name, points);
    points.push([curve.x, podwire]);
  }
  const programs = [...new Set(Array.from(byName.keys(), programOf))];
  return Array.from(byName, ([name, points]) => ({
    name,
    points: points.toSorted(([a], [b]) => a - b),
    colour: programs.indexOf(programOf(name)),
    isDashed: name.includes(","),
  }));
}

/** `iptables-nft` of `iptables-nft, one endpoint`. */
function programOf(name: string): string {
  return name.split(",")[0] ?? name;
}

function axisTicks(values: readonly number[]): ReadonlyArray<readonly [number, string]> {
  const lowest = decades.findLastIndex(([decade]) => decade <= Math.min(...values));
  const highest = decades.findIndex(([decade]) => decade >= Math.max(...values));
  return decades.slice(Math.max(lowest, 0), highest === -1 ? undefined : highest + 1);
}

const drawn = curves();
const sizes = [...new Set(drawn.flatMap(({ points }) => points.map(([x]) => x)))];
process.stdout.write(
  renderPlot({
    title: "Loading kube-proxy's rules: all of them, and one endpoint that changed",
    x: {
      name: "Services, of five endpoints each",
      ticks: sizes.sort((a, b) => a - b).map((size) => [size, size.toLocaleString("en")]),
    },
    y: {
      name: "time of the program",
      ticks: axisTicks(drawn.flatMap(({ points }) => points.map(([, y]) => y))),
    },
    curves: drawn,
  }),
);
