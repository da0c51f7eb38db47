import { type Command, Option } from "commander";
import { terminal } from "../terminal.ts";
import { labOption } from "./options.ts";

/** Ways into a lab. */
export function declareWaysIn(program: Command): void {
  program
    .command("exec")
    .description("run a program in a node, pod or host")
    .argument("<where>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME, router/NAME")
    .argument("<command...>", "after --")
    .addOption(new Option("-i, --stdin").hideHelp())
    .addOption(new Option("-t, --tty").hideHelp())
    .addHelpText(
      "after",
      "\nStandard input and the terminal are passed on; -i and -t are accepted, as kubectl's. The program's environment is the container's: of this shell's it has TERM.",
    )
    .addOption(labOption())
    .action(async (where, command, options) => {
      const { execCommand } = await import("../commands/exec.ts");
      process.exitCode = await execCommand(where, command, options, terminal);
    });

  program
    .command("shell")
    .description("a shell in a node, pod or host")
    .argument("<where>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME, router/NAME")
    .addOption(labOption())
    .action(async (where, options) => {
      const { shellCommand } = await import("../commands/exec.ts");
      process.exitCode = await shellCommand(where, options);
    });

  program
    .command("kubeconfig")
    .description("print the path of a kubeconfig with which kubectl drives a lab")
    .addOption(labOption())
    .action(async (options) => {
      const { kubeconfigCommand } = await import("../commands/kubeconfig.ts");
      await kubeconfigCommand(options, terminal);
    });
}
