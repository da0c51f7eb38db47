import { checkFilter } from "../../lab/check-filter.ts";
import { type KernelLack, kernelLacks } from "../../lab/needs/kernel-lacks.ts";
import { count } from "../../report/text/count.ts";
import { loadTopology } from "../../topology/load.ts";
import { renderProblems } from "../../topology/source/render-problem.ts";
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
  const { topology, scenarios, objects, problems } = loadTopology(files, { checkFilter });
  const errors = problems.filter(({ severity }) => severity === "error");
  const isWhole = errors.length === 0 && topology !== undefined;
  const lacks = isWhole ? await kernelLacks({ topology, objects, scenarios }) : [];
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
      ];
      out(`${topology?.name ?? files.join(", ")} is valid: ${parts.join(", ")}\n`);
    }
  }
  return errors.length > 0 ? 2 : 0;
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
