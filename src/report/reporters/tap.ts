import { failureLines } from "../text/failure-text.ts";
import type { Reporter } from "./reporter.ts";

/** TAP version 14: a test point a scenario, what failed as its YAML diagnostic. */
export function tapReporter(): Reporter {
  let points = 0;
  let lab = "";
  let diagnostics: string[] = [];

  return {
    begin(name) {
      const version = points === 0 && lab === "" ? "TAP version 14\n" : "";
      lab = name;
      return version;
    },
    event(event) {
      if (event.type === "step-failed") {
        diagnostics.push(event.title, ...failureLines(event.failure).map((line) => `  ${line}`));
        return "";
      }
      if (event.type !== "scenario-finished") return "";
      points++;
      const name = `${points} - ${lab}: ${escapeDescription(event.scenario)}`;
      const details = diagnostics.map((line) => `    ${line}\n`).join("");
      diagnostics = [];
      switch (event.outcome) {
        case "passed":
          return `ok ${name}\n`;
        case "skipped":
          return `ok ${name} # SKIP ${event.reason ?? ""}\n`;
        case "interrupted":
          return `not ok ${name}\n  ---\n  message: interrupted ${event.reason ?? ""}\n  ...\n`;
        default:
          return `not ok ${name}\n  ---\n  message: |\n${details}  ...\n`;
      }
    },
    end: () => `1..${points}\n`,
  };
}

/** `#` begins a directive, so it is escaped; see "Test Points" in the TAP 14 specification. */
function escapeDescription(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}
