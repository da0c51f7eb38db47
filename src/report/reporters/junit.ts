import { failureLines } from "../text/failure-text.ts";
import { escapeXml } from "./escape-xml.ts";
import type { Reporter } from "./reporter.ts";
import { type LabReport, reportAtEnd, type ScenarioReport } from "./run-report.ts";

/** JUnit XML as CI systems read it: a test suite a topology, a test case a scenario. */
export function junitReporter(): Reporter {
  return reportAtEnd(({ labs }) => {
    const suites = labs.map(suiteXml).join("");
    return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites}</testsuites>\n`;
  });
}

function suiteXml({ lab, scenarios }: LabReport): string {
  const count = (outcome: ScenarioReport["outcome"]): number =>
    scenarios.filter((scenario) => scenario.outcome === outcome).length;
  const elapsedMs = scenarios.reduce((sum, scenario) => sum + scenario.elapsedMs, 0);
  const attributes = [
    `name="${escapeXml(lab)}"`,
    `tests="${scenarios.length}"`,
    `failures="${count("failed")}"`,
    `errors="${count("interrupted")}"`,
    `skipped="${count("skipped")}"`,
    `time="${seconds(elapsedMs)}"`,
  ].join(" ");
  const cases = scenarios.map((scenario) => caseXml(lab, scenario)).join("");
  return `  <testsuite ${attributes}>\n${cases}  </testsuite>\n`;
}

function caseXml(
  lab: string,
  { scenario, outcome, elapsedMs, reason, steps }: ScenarioReport,
): string {
  const open = `    <testcase classname="${escapeXml(lab)}" name="${escapeXml(scenario)}" time="${seconds(elapsedMs)}"`;
  const failures = steps.flatMap(({ title, failure }) => {
    if (failure === undefined) return [];
    const text = [title, ...failureLines(failure)].join("\n");
    const attributes = `message="${escapeXml(failureLines(failure)[0] ?? "")}" type="${escapeXml(failure.code)}"`;
    return [`      <failure ${attributes}>${escapeXml(text)}</failure>\n`];
  });
  const inside = unfinishedXml(outcome, reason) ?? failures.join("");
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
}

/** What did not come to its end is no failure: `error` is what JUnit has for what says nothing of the thing tested. */
function unfinishedXml(
  outcome: ScenarioReport["outcome"],
  reason: string = "",
): string | undefined {
  const why = escapeXml(reason);
  if (outcome === "skipped") return `      <skipped message="${why}"/>\n`;
  if (outcome === "interrupted")
    return `      <error message="interrupted ${why}" type="interrupted"/>\n`;
  return undefined;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
