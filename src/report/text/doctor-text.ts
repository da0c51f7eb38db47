/** What `podwire doctor` prints: a table per group, and under it what to do about what does not work. */
import { capitalize } from "../../base/words.ts";
import { type Paint, painter } from "./paint.ts";

/** The parts of the doctor's report that the tables show; the lab's own type fits. */
export interface DoctorTables {
  readonly ok: boolean;
  readonly user: string;
  /** Of the keys of `install`, this machine's. */
  readonly distribution?: string | undefined;
  readonly kernel: string;
  readonly node: string;
  readonly groups: ReadonlyArray<{
    readonly name: string;
    readonly checks: ReadonlyArray<DoctorLine>;
  }>;
}

export interface DoctorLine {
  readonly name: string;
  readonly neededBy: readonly string[];
  readonly state: "ok" | "missing" | "refused" | "untried";
  readonly detail?: string;
  readonly said?: string;
  readonly fix?: string;
  /** What helps on each distribution, `fix` being what helps here. */
  readonly install?: Readonly<Record<string, string>>;
}

const STATE_WIDTH = "missing".length;

export function renderDoctor(report: DoctorTables, colour: "colour" | "plain" = "plain"): string {
  const paint = painter(colour);
  const { user, distribution, kernel, node, groups } = report;
  const lines = groups.flatMap(({ checks }) => checks);
  const width = Math.max(...lines.map(({ name }) => name.length));
  const tables = groups.map(
    ({ name, checks }) =>
      `${paint("bold", name)}\n${withoutEchoes(checks)
        .map((check) => renderLine(check, { width, distribution, paint }))
        .join("")}`,
  );
  const head = `Linux ${kernel}, Node ${node}, as ${user}\n`;
  return [
    head,
    ...tables,
    renderVerdict(report.ok, lines, paint) + renderAtOnce(lines, paint),
  ].join("\n");
}

/** What is said of one line after the other, and what helps, is said under the first. */
function withoutEchoes(checks: readonly DoctorLine[]): readonly DoctorLine[] {
  return checks.map((check, index) => {
    const before = checks[index - 1];
    const isSame =
      before?.fix === check.fix && before?.install?.["debian"] === check.install?.["debian"];
    if (!isSame) return check;
    if (before?.said !== check.said) return withoutRemedy(check);
    const { said: _said, ...rest } = withoutRemedy(check);
    return rest;
  });
}

function withoutRemedy({ fix: _fix, install: _install, ...rest }: DoctorLine): DoctorLine {
  return rest;
}

function renderLine(
  line: DoctorLine,
  {
    width,
    distribution,
    paint,
  }: {
    readonly width: number;
    readonly distribution: string | undefined;
    readonly paint: Paint;
  },
): string {
  const { name, neededBy, state, detail, said, fix, install = {} } = line;
  const elsewhere = renderElsewhere(install, distribution);
  const colour = state === "ok" ? "green" : isRequired(line) ? "red" : "yellow";
  const needs = neededBy.length === 0 ? "nothing by itself" : neededBy.join(", ");
  const notes = [needs, ...(detail === undefined ? [] : [detail])].join("; ");
  const indent = " ".repeat(STATE_WIDTH + 5);
  return [
    `  ${paint(colour, state.padEnd(STATE_WIDTH))}   ${name.padEnd(width)}   ${notes}\n`,
    said === undefined ? "" : `${indent}${said}\n`,
    fix === undefined ? "" : `${indent}${paint("cyan", fix)}\n`,
    elsewhere === "" ? "" : `${indent}${paint("dim", elsewhere)}\n`,
  ].join("");
}

/** `Ubuntu: the same · Fedora: dnf install iproute`; distributions with the same command together. */
function renderElsewhere(
  install: Readonly<Record<string, string>>,
  distribution: string | undefined,
): string {
  const here = distribution === undefined ? undefined : install[distribution];
  const namesByCommand = new Map<string, readonly string[]>();
  for (const [name, command] of Object.entries(install)) {
    if (name === distribution) continue;
    const said = command === here ? "the same" : command;
    const title = capitalize(name);
    namesByCommand.set(said, [...(namesByCommand.get(said) ?? []), title]);
  }
  return Array.from(namesByCommand, ([said, names]) => `${names.join(", ")}: ${said}`).join(" · ");
}

function renderVerdict(ok: boolean, lines: readonly DoctorLine[], paint: Paint): string {
  const lacking = lines.filter(({ state }) => state !== "ok");
  if (!ok) {
    // What could not be tried is no reason: why it could not be is one.
    const needed = lacking.filter((line) => isRequired(line) && line.state !== "untried");
    return `${paint("red", "labs cannot run here")}: ${needed.map(({ name }) => name).join(", ")}\n`;
  }
  const without = [...new Set(lacking.flatMap(({ neededBy }) => neededBy))];
  const rest =
    without.length === 0 ? ", with everything" : `; not, or not wholly: ${without.join(", ")}`;
  return `${paint("green", "labs can run here")}${rest}\n`;
}

/** One command for all packages, where several are missing. */
function renderAtOnce(lines: readonly DoctorLine[], paint: Paint): string {
  const packages = new Map<string, Set<string>>();
  for (const { fix = "" } of lines) {
    const { manager, names } =
      /^(?<manager>(?:sudo )?(?:apt-get|dnf) install) (?<names>[\w./+ -]+)$/.exec(fix)?.groups ??
      {};
    if (manager === undefined || names === undefined) continue;
    const found = packages.get(manager) ?? new Set();
    packages.set(manager, found);
    for (const name of names.split(" ")) found.add(name);
  }
  return [...packages]
    .filter(([, names]) => names.size > 1)
    .map(([manager, names]) => {
      const command = [manager, ...names].join(" ");
      return `all missing packages: ${paint("cyan", command)}\n`;
    })
    .join("");
}

function isRequired({ neededBy }: DoctorLine): boolean {
  return neededBy.includes("labs");
}
