import { loadOptions } from "../../lab/load-options.ts";
import { loadTopology } from "../../topology/load.ts";
import { renderProblems } from "../../topology/render-error.ts";
import type { Terminal } from "../terminal.ts";

/** @returns the exit status: 2 when there is a mistake. */
export function validateCommand(
  files: readonly string[],
  { json = false }: { readonly json?: boolean },
  { out, err }: Terminal,
): number {
  const { topology, scenarios, objects, problems } = loadTopology(files, loadOptions);
  const errors = problems.filter(({ severity }) => severity === "error");
  if (json) {
    out(`${JSON.stringify({ valid: errors.length === 0, problems }, null, 2)}\n`);
  } else {
    if (problems.length > 0) err(`${renderProblems(problems)}\n\n`);
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

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
