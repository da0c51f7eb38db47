/** The command line: flags in, exit status out. Commands are declared below declared/, and each is a file below commands/, loaded when it is asked for. */
import { Command, CommanderError } from "commander";
import { delayOptimization } from "../base/patient-compiler.ts";
import { declareFaults } from "./declared/faults.ts";
import { declareLabLife } from "./declared/lab-life.ts";
import { declareMachine } from "./declared/machine.ts";
import { declareRules } from "./declared/rules.ts";
import { declareStory } from "./declared/story.ts";
import { declareTesting } from "./declared/testing.ts";
import { declareTraffic } from "./declared/traffic.ts";
import { declareWaysIn } from "./declared/ways-in.ts";
import { reportError } from "./report-error.ts";
import { terminal } from "./terminal.ts";

delayOptimization();

/** Where something else than the help is likely to be wanted. */
const hints = new Map([
  ["podwire exec", "put the program behind --: podwire exec node/node01 -- ip -brief address"],
]);

const program = new Command("podwire")
  .description("Kubernetes service networking on one Linux machine, as real packets.")
  .version("0.1.0")
  .configureOutput({ outputError: (text, write) => write(text.replace(/^error/, "podwire")) })
  .exitOverride();

// In the order in which --help lists them.
declareLabLife(program);
declareTesting(program);
declareRules(program);
declareTraffic(program);
declareWaysIn(program);
declareFaults(program);
declareStory(program);
declareMachine(program);
hintAtHelp(program, "podwire");

try {
  await program.parseAsync();
} catch (error) {
  // commander has printed its own complaint, or the help that was asked for.
  process.exitCode =
    error instanceof CommanderError ? usageExitCode(error) : reportError(error, terminal);
}

/** Below every complaint of commander. */
function hintAtHelp(command: Command, name: string): void {
  command.showHelpAfterError(`  hint: ${hints.get(name) ?? `${name} --help shows how`}`);
  for (const each of command.commands) hintAtHelp(each, `${name} ${each.name()}`);
}

/** 0 for `--help` and `--version`, 2 for every misuse. */
function usageExitCode({ exitCode }: CommanderError): number {
  return exitCode === 0 ? 0 : 2;
}
