import { count } from "../../base/words.ts";
import { checkFilter } from "../../lab/check-filter.ts";
import { type KernelLack, kernelLacks } from "../../lab/needs/kernel-lacks.ts";
import { type Loaded, loadTopology, sortProblems } from "../../topology/load.ts";
import { renderProblems } from "../../topology/source/render-problem.ts";
import { variantsOf } from "../../topology/variants.ts";
import type { Terminal } from "../terminal.ts";

/**
 * What this host's kernel lacks is no mistake of the files, and only mentioned.
 *
 * @returns the exit status: 2 when there is a mistake.
 */
export async function validateCommand(
  files: readonly string[],
  { json = false }: { readonly json?: boolean },
  { out, err }: Terminal,
): Promise<number> {
  const first = loadTopology(files, { checkFilter });
  const variants = variantsOf(first.matrix);
  const all = variants.map((variant, index) =>
    index === 0 ? first : loadTopology(files, { checkFilter, ...variant }),
  );
  const { topology, scenarios, objects } = first;
  const problems = sortProblems(
    all.flatMap((each) => each.problems),
    files,
  );
  const errors = problems.filter(({ severity }) => severity === "error");
  const lacks = errors.length === 0 ? await lacksOf(all) : [];
  if (json) {
    const report = { valid: errors.length === 0, problems, kernelLacks: lacks };
    out(`${JSON.stringify(report, null, 2)}\n`);
  } else {
    if (problems.length > 0) err(`${renderProblems(problems)}\n\n`);
    err(notes(lacks));
    if (errors.length > 0) err(`${count(errors.length, "mistake")}\n`);
    else {
      const parts = [
        count(topology?.nodes.length ?? 0, "node"),
        count(objects.length, "object"),
        count(scenarios.length, "scenario"),
        ...(all.length > 1 ? [count(all.length, "variant")] : []),
      ];
      out(`${topology?.name ?? files.join(", ")} is valid: ${parts.join(", ")}\n`);
    }
  }
  return errors.length > 0 ? 2 : 0;
}

/** Of all variants, each said once. */
async function lacksOf(variants: readonly Loaded[]): Promise<readonly KernelLack[]> {
  const lacks = new Map<string, KernelLack>();
  for (const { topology, ...rest } of variants) {
    const found = topology === undefined ? [] : await kernelLacks({ topology, ...rest });
    for (const lack of found) lacks.set(`${lack.need} ${lack.missing}`, lack);
  }
  return [...lacks.values()];
}

/** Why, and what would help, `doctor` says at greater length. */
function notes(lacks: readonly KernelLack[]): string {
  return [...new Set(lacks.map(({ need }) => need))]
    .map((need) => {
      const missing = lacks.filter((lack) => lack.need === need).map((lack) => lack.missing);
      return `note: ${need} needs what this kernel lacks: ${missing.join(", ")}; \`podwire doctor\` says what would help\n`;
    })
    .join("");
}
