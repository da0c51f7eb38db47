/** The report as a page: one file with nothing to fetch, for a browser, a mail or the artifacts of a CI run. */
import type { StepFailure } from "../../observe/event.ts";
import type { Reporter } from "../reporters/reporter.ts";
import {
  type LabReport,
  type RunReport,
  reportAtEnd,
  type ScenarioReport,
  type StepReport,
} from "../reporters/run-report.ts";
import { countParts } from "../text/count-parts.ts";
import { formatDuration } from "../text/duration.ts";
import { failureFacts, failurePackets } from "../text/failure-text.ts";
import { html, type Markup } from "./markup.ts";
import { style } from "./style.ts";

const marks = { passed: "✓", failed: "✗", skipped: "–", interrupted: "!" } as const;

/** One page when all is over. */
export function htmlReporter(): Reporter {
  return reportAtEnd(renderPage);
}

/** All labs with their scenarios. Those that failed are open, and those that held can be opened. */
function renderPage({ ok, totals, labs }: RunReport): string {
  const counts = (["passed", "failed", "interrupted", "skipped"] as const)
    .filter((outcome) => totals[outcome] > 0)
    .map((outcome) => html`<span class="${outcome}">${totals[outcome]} ${outcome}</span> `);
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${ok ? "✓" : "✗"} ${labs.map(({ lab }) => lab).join(", ")}</title>
<style>${{ html: style }}</style>
<header><h1>podwire</h1><p>${counts}in ${formatDuration(totals.elapsedMs)}</p></header>
<main>
${labs.map(labSection)}</main>
</html>
`;
  return page.html;
}

function labSection({ lab, scenarios, warnings, ...built }: LabReport): Markup {
  const { nodes = 0, pods = 0, services = 0, readyAfterMs } = built;
  const size =
    readyAfterMs === undefined
      ? "was not built"
      : `${countParts({ nodes, pods, services })}: ready in ${formatDuration(readyAfterMs)}`;
  return html`<section>
<h2>${lab} <small>${size}</small></h2>
${warnings.map((warning) => html`<p class="warning">${warning}</p>\n`)}${scenarios.map(scenarioDetails)}</section>
`;
}

function scenarioDetails({ scenario, outcome, elapsedMs, reason, steps }: ScenarioReport): Markup {
  const asides = {
    skipped: `skipped: ${reason ?? ""}`,
    interrupted: `interrupted ${reason ?? ""}`,
    passed: formatDuration(elapsedMs),
    failed: formatDuration(elapsedMs),
  };
  const open = { html: outcome === "failed" ? " open" : "" };
  return html`<details class="${outcome}"${open}>
<summary><span class="mark">${marks[outcome]}</span> ${scenario} <small>${asides[outcome]}</small></summary>
${steps.length === 0 ? undefined : html`<ol>\n${steps.map(stepItem)}</ol>\n`}</details>
`;
}

function stepItem({ title, ok, elapsedMs, detail, failure }: StepReport): Markup {
  const seen = detail === undefined ? undefined : html` <q>${detail}</q>`;
  const why = failure === undefined ? undefined : failureBlock(failure);
  return html`<li class="${ok ? "passed" : "failed"}">${title}${seen} <small>${formatDuration(elapsedMs)}</small>${why}</li>
`;
}

function failureBlock(failure: StepFailure): Markup {
  const { message, code, hint, artifacts } = failure;
  const facts = [
    ...failureFacts(failure),
    ...(hint === undefined ? [] : [["hint", hint] as const]),
  ];
  const packets = failurePackets(failure);
  return html`
<p>${message} <code>${code}</code></p>
<dl>
${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}${artifacts.map(
  ({ title, path }) => html`<dt>${title}</dt><dd><a href="${encodeURI(path)}">${path}</a></dd>\n`,
)}</dl>
${packets.length === 0 ? undefined : html`<pre>${packets.join("\n")}</pre>`}`;
}
