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
    'errors="0"',
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
    const attributes = `message="${escapeXml(failure.message)}" type="${escapeXml(failure.code)}"`;
    return [`      <failure ${attributes}>${escapeXml(text)}</failure>\n`];
  });
  const skipped = `      <skipped message="${escapeXml(reason ?? "")}"/>\n`;
  const inside = outcome === "skipped" ? skipped : failures.join("");
  return inside === "" ? `${open}/>\n` : `${open}>\n${inside}    </testcase>\n`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
