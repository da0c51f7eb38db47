import type { Command } from "commander";
import { Deadline } from "../../base/deadline.ts";
import { connect, runningLabs } from "../../lab/connect.ts";
import { complete, faultsOf, type LabWords, placesOf } from "../completion.ts";
import { completionScripts, type Shell } from "../completion-script.ts";
import type { Terminal } from "../terminal.ts";

/** A person waits with a finger on the Tab key. */
const PATIENCE_MS = 300;

export function completionCommand(shell: Shell, { out }: Terminal): void {
  out(completionScripts[shell]);
}

/** Prints what can stand in place of the last of `words`, a line each: the word, a tab, what it is. */
export async function completeCommand(
  program: Command,
  words: readonly string[],
  { out }: Terminal,
): Promise<void> {
  const offered = complete(program, words, await labWords(words));
  out(offered.map(({ value, description }) => `${value}\t${description}\n`).join(""));
}

/** The places are those of the lab that the words name, else of the first that runs. */
async function labWords(words: readonly string[]): Promise<LabWords> {
  const labs = runningLabs().map(({ name }) => ({ value: name, description: "" }));
  const chosen = words[words.findIndex((word) => word === "-l" || word === "--lab") + 1];
  const name = labs.find(({ value }) => value === chosen)?.value ?? labs[0]?.value;
  const none = { labs, places: [], faults: [] };
  if (name === undefined) return none;
  try {
    using patience = new Deadline(PATIENCE_MS);
    const status = await connect(name).status(patience.signal);
    return { labs, places: placesOf(status), faults: faultsOf(status) };
  } catch {
    // A lab that is not ready to answer has no places yet, and a Tab is no occasion to complain.
    return none;
  }
}
