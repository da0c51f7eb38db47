import { Argument, type Command } from "commander";
import { shells } from "../completion-script.ts";
import { untilInterrupted } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { jsonOption } from "./options.ts";

/** This machine, and the program itself. */
export function declareMachine(program: Command): void {
  program
    .command("doctor")
    .description("check this host by trying each thing for real")
    .addOption(jsonOption())
    .action(async (options) => {
      const { doctorCommand } = await import("../commands/doctor.ts");
      process.exitCode = await doctorCommand(options, terminal, untilInterrupted(terminal));
    });

  program
    .command("schema")
    .description("print the JSON Schema of the YAML")
    .action(async () => {
      const { schemaCommand } = await import("../commands/schema.ts");
      schemaCommand(terminal);
    });

  program
    .command("completion")
    .description("print a script with which a shell completes podwire's words")
    .addArgument(new Argument("<shell>").choices(shells))
    .addHelpText(
      "after",
      `
  bash  source <(podwire completion bash)          in ~/.bashrc
  zsh   source <(podwire completion zsh)           in ~/.zshrc, after compinit
  fish  podwire completion fish > ~/.config/fish/completions/podwire.fish`,
    )
    .action(async (shell) => {
      const { completionCommand } = await import("../commands/completion.ts");
      completionCommand(shell, terminal);
    });

  // What those scripts ask.
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words) => {
      const { completeCommand } = await import("../commands/completion.ts");
      await completeCommand(program, words, terminal);
    });
}
