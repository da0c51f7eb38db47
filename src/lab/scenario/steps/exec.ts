import type { ExecStep } from "../../../topology/scenario/scenario.ts";
import type { ExecResult } from "../../control/protocol.ts";
import { judgeText } from "../judge-text.ts";
import { meaningsIn, type StepContext } from "../step-context.ts";
import { StepFailed } from "../step-failed.ts";

/** @throws StepFailed when the program ends otherwise, or says something else, than the step expects. */
export async function runExec(
  { at, command, timeoutMs, expect, expectLocation }: ExecStep,
  { lab, signal }: StepContext,
): Promise<string> {
  const { text } = meaningsIn(lab);
  const words = command.map(text);
  const result = await lab.exec(at, words, { timeoutMs, signal });
  const { exitCode, stdout, stderr } = result;
  const ended = howItEnded(result, timeoutMs);
  const mismatch =
    (exitCode === expect.exitCode && result.timedOut !== true
      ? undefined
      : { expected: `exit code ${expect.exitCode}`, seen: `${ended}${lastLine(stderr)}` }) ??
    judgeText("standard output", stdout, expect.stdout, text) ??
    judgeText("standard error", stderr, expect.stderr, text);
  if (mismatch === undefined) return `${ended}${shortAnswer(stdout)}`;
  throw new StepFailed("EXEC_UNEXPECTED", words.join(" "), { ...mismatch, at: expectLocation });
}

/** A program may answer the signal that ends it with an exit code of its own; it was late nevertheless. */
function howItEnded({ exitCode, signal, timedOut }: ExecResult, timeoutMs?: number): string {
  if (timedOut === true) return `still running after ${timeoutMs} ms`;
  return exitCode === undefined ? `ended by ${signal}` : `exit code ${exitCode}`;
}

/** Fits behind what became of the program, on one line. */
const SHORT_ANSWER = 60;

/** One short line, as a number that was asked for. */
function shortAnswer(stdout: string): string {
  const text = stdout.trim();
  const isShort = text !== "" && text.length <= SHORT_ANSWER && /^[ -~]+$/.test(text);
  return isShort ? `, says ${text}` : "";
}

/** What a program says last is why it failed. */
function lastLine(text: string): string {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  return line === "" ? "" : `: ${line}`;
}
