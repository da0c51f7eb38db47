/** A plot with logarithmic axes, as an SVG that is read on light and on dark pages. A function of its input. */

export interface Curve {
  readonly name: string;
  /** Ascending in x; both above zero. */
  readonly points: ReadonlyArray<readonly [x: number, y: number]>;
  /** Which of the {@link colours}, from 0; curves of one colour belong together. */
  readonly colour: number;
  readonly isDashed: boolean;
}

export interface Plot {
  readonly title: string;
  /** Says what is on each axis, and where its lines are. */
  readonly x: Axis;
  readonly y: Axis;
  readonly curves: readonly Curve[];
}

interface Axis {
  readonly name: string;
  readonly ticks: ReadonlyArray<readonly [value: number, label: string]>;
}

const [WIDTH, HEIGHT] = [800, 440];
const MARGIN = { left: 66, right: 208, top: 40, bottom: 52 };
const LABEL_HEIGHT = 15;

/** Told apart by people who do not tell red from green: Okabe and Ito's, the lighter ones for dark pages. */
const colours = [
  { light: "#0072b2", dark: "#56b4e9" },
  { light: "#d55e00", dark: "#e69f00" },
  { light: "#00795a", dark: "#2fc39b" },
] as const;

export function renderPlot({ title, x, y, curves }: Plot): string {
  const at = (axis: Axis, value: number): number => {
    const values = axis.ticks.map(([tick]) => Math.log(tick));
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return (Math.log(value) - low) / (high - low);
  };
  const right = WIDTH - MARGIN.right;
  const bottom = HEIGHT - MARGIN.bottom;
  const place = ([px, py]: readonly [number, number]): readonly [number, number] => [
    round(MARGIN.left + at(x, px) * (right - MARGIN.left)),
    round(bottom - at(y, py) * (bottom - MARGIN.top)),
  ];
  const [x0 = 1] = x.ticks[0] ?? [];
  const [y0 = 1] = y.ticks[0] ?? [];
  const grid = [
    ...x.ticks.flatMap(([value, label]) => {
      const [px] = place([value, y0]);
      return [
        `<path class="grid" d="M${px} ${MARGIN.top}V${bottom}"/>`,
        `<text x="${px}" y="${bottom + 18}" text-anchor="middle">${escaped(label)}</text>`,
      ];
    }),
    ...y.ticks.flatMap(([value, label]) => {
      const [, py] = place([x0, value]);
      return [
        `<path class="grid" d="M${MARGIN.left} ${py}H${right}"/>`,
        `<text x="${MARGIN.left - 8}" y="${py + 4}" text-anchor="end">${escaped(label)}</text>`,
      ];
    }),
  ];
  const placed = curves.map((curve) => ({ ...curve, points: curve.points.map(place) }));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${style()}</style>`,
    `<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="6"/>`,
    `<text class="title" x="${MARGIN.left}" y="24">${escaped(title)}</text>`,
    ...grid,
    `<text x="${(MARGIN.left + right) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escaped(x.name)}</text>`,
    `<text transform="translate(16 ${(MARGIN.top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escaped(y.name)}</text>`,
    ...placed.flatMap(drawCurve),
    ...drawLabels(placed),
    "</svg>\n",
  ].join("\n");
}

function drawCurve({ points, colour, isDashed }: Curve): readonly string[] {
  const path = points.map(([px, py], index) => `${index === 0 ? "M" : "L"}${px} ${py}`).join("");
  const kind = `c${colour}${isDashed ? " dashed" : ""}`;
  return [
    `<path class="curve ${kind}" d="${path}"/>`,
    ...points.map(([px, py]) => `<circle class="dot ${kind}" cx="${px}" cy="${py}" r="3.2"/>`),
  ];
}

/** Beside the last point of each curve, moved down where two would lie on one another. */
function drawLabels(curves: readonly Curve[]): readonly string[] {
  const labels = curves
    .flatMap(({ name, points, colour }) => {
      const last = points.at(-1);
      return last === undefined ? [] : [{ name, colour, x: last[0], y: last[1] }];
    })
    .sort((a, b) => a.y - b.y);
  const drawn: string[] = [];
  const taken: Array<{ readonly x: number; readonly y: number }> = [];
  for (const { name, colour, x, y } of labels) {
    // Labels that end at other sizes are beside one another, not on one another.
    const above = taken.filter((label) => Math.abs(label.x - x) < MARGIN.right);
    const lowest = Math.max(Number.NEGATIVE_INFINITY, ...above.map((label) => label.y));
    const at = Math.max(y, lowest + LABEL_HEIGHT);
    taken.push({ x, y: at });
    drawn.push(
      `<text class="label t${colour}" x="${round(x + 9)}" y="${round(at + 4)}">${escaped(name)}</text>`,
    );
  }
  return drawn;
}

function style(): string {
  const coloured = (scheme: "light" | "dark"): string =>
    colours
      .map(
        (colour, index) =>
          `.c${index}{stroke:${colour[scheme]}}.dot.c${index},.t${index}{fill:${colour[scheme]}}`,
      )
      .join("");
  return [
    "text{font:12px system-ui,sans-serif;fill:#444}.title{font-size:14px;font-weight:600;fill:#222}",
    ".page{fill:#fff}.grid{stroke:#ddd;fill:none}.curve{fill:none;stroke-width:2}",
    // A label lies on the lines of other curves, with some of the page around it.
    ".dashed{stroke-dasharray:5 4}.dot{stroke:none}.label{paint-order:stroke;stroke:#fff;stroke-width:5px}",
    coloured("light"),
    "@media(prefers-color-scheme:dark){text{fill:#bbb}.title{fill:#eee}.page{fill:#161b22}.grid{stroke:#30363d}.label{stroke:#161b22}",
    `${coloured("dark")}}`,
  ].join("");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
