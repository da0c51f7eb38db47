import type { LabEvent } from "../../observe/event.ts";
import { countParts } from "../text/count-parts.ts";
import { formatDuration } from "../text/duration.ts";
import { failureLines } from "../text/failure-text.ts";
import { type Paint, painter } from "../text/paint.ts";
import { countEvent, noTotals, type Reporter, type Totals } from "./reporter.ts";

/**
 * For people: each scenario as a sentence, its steps below it with what they
 * saw, and a failure in full where it happened.
 *
 *     voting-app  3 nodes, 5 pods, 6 services: ready in 640 ms
 *
 *       ✓ a ClusterIP never appears on the wire between nodes (31 ms)
 *           ✓ probe svc/vote/redis:6379 by tcp from deploy/vote/vote  0.41 ms, answered by …
 */
export function specReporter(colour: "colour" | "plain"): Reporter {
  const paint = painter(colour);
  let totals: Totals = noTotals;
  let pending: string[] = [];
  /** Of the lab: the same again, as when it could not be built, needs no telling. */
  let lastFailure = "";
  /** The lab's name, until it is known what follows it on its line. */
  let opening = "";

  const step = (event: StepEvent): string => {
    if (event.type === "step-passed") return passedText(event, paint);
    const failure = failureText(event);
    if (failure === lastFailure) return failedText(event, "          as above\n", paint);
    lastFailure = failure;
    return failedText(event, failure, paint);
  };

  const open = (event: LabEvent): string => {
    const name = opening;
    if (name === "" || !isShown(event)) return "";
    opening = "";
    return event.type === "lab-ready" ? `${name}  ` : `${name}\n\n`;
  };

  return {
    begin(lab) {
      opening = paint("bold", lab);
      lastFailure = "";
      return "";
    },
    event(event) {
      totals = countEvent(totals, event);
      const start = open(event);
      // A scenario's headline says how it ended, so its steps wait for it.
      if (event.type === "step-passed" || event.type === "step-failed") {
        pending.push(step(event));
        return start;
      }
      const steps = event.type === "scenario-finished" ? pending.join("") : "";
      if (event.type === "scenario-finished") pending = [];
      return start + headline(event, paint) + steps;
    },
    end: () => totalsText(totals, paint),
  };
}

function isShown({ type }: LabEvent): boolean {
  return ["lab-ready", "warning", "scenario-finished", "step-failed"].includes(type);
}

function headline(event: LabEvent, paint: Paint): string {
  switch (event.type) {
    case "lab-ready": {
      return `${countParts(event)}: ready in ${formatDuration(event.elapsedMs)}\n\n`;
    }
    case "warning": {
      const { location, message } = event;
      const at =
        location === undefined ? "" : `${location.file}:${location.line}:${location.column}: `;
      return `${paint("yellow", `warning: ${at}${message}`)}\n`;
    }
    case "scenario-finished": {
      const { scenario, outcome, elapsedMs, reason } = event;
      if (outcome === "skipped") {
        return `  ${paint("yellow", "-")} ${scenario} (skipped: ${reason ?? "no reason given"})\n`;
      }
      if (outcome === "interrupted") {
        return `  ${paint("yellow", "!")} ${scenario} (interrupted ${reason ?? ""})\n`;
      }
      const mark = outcome === "passed" ? paint("green", "✓") : paint("red", "✗");
      return `  ${mark} ${scenario} ${paint("dim", `(${formatDuration(elapsedMs)})`)}\n`;
    }
    default:
      return "";
  }
}

type StepEvent = Extract<LabEvent, { type: "step-passed" | "step-failed" }>;

function passedText(
  { title, detail }: Extract<LabEvent, { type: "step-passed" }>,
  paint: Paint,
): string {
  const more = detail === undefined ? "" : `  ${detail}`;
  return `      ${paint("green", "✓")} ${paint("dim", `${title}${more}`)}\n`;
}

function failedText({ title }: StepEvent, failure: string, paint: Paint): string {
  return `      ${paint("red", `✗ ${title}`)}\n${failure}`;
}

function failureText({ failure }: Extract<LabEvent, { type: "step-failed" }>): string {
  return failureLines(failure)
    .map((line) => `          ${line}\n`)
    .join("");
}

function totalsText(
  { passed, failed, skipped, interrupted, elapsedMs }: Totals,
  paint: Paint,
): string {
  const parts = [
    passed > 0 && paint("green", `${passed} passed`),
    failed > 0 && paint("red", `${failed} failed`),
    interrupted > 0 && paint("yellow", `${interrupted} interrupted`),
    skipped > 0 && paint("yellow", `${skipped} skipped`),
  ].filter((part) => part !== false);
  const summary = parts.length === 0 ? "no scenarios" : parts.join(", ");
  return `\n${summary} in ${formatDuration(elapsedMs)}\n`;
}
