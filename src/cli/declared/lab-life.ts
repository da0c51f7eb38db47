import { type Command, Option } from "commander";
import { proxyModes } from "../../topology/proxy-options.ts";
import { untilInterrupted } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { jsonOption, labOption, networkOption } from "./options.ts";
import { labName, wholeNumber } from "./values.ts";

/** How labs begin and end, and what there is. */
export function declareLabLife(program: Command): void {
  program
    .command("up")
    .description("build a lab, wait until it is ready, and leave it running")
    .argument("<file...>", "topology files, and Kubernetes manifests beside them")
    .option("--name <name>", "the lab's name; the topology's own unless given", labName)
    .option("--seed <number>", "decides everything random, such as pod names", wholeNumber)
    .addOption(networkOption())
    .addOption(
      new Option("--proxy-mode <mode>", "a mode of kube-proxy in place of the file's").choices(
        proxyModes,
      ),
    )
    .option("--attach", "stay in the foreground; the lab ends with this command")
    .addOption(jsonOption())
    .action(async (files, options) => {
      const { upCommand } = await import("../commands/up.ts");
      await upCommand(files, options, terminal, untilInterrupted(terminal));
    });

  program
    .command("down")
    .description("end a lab")
    .argument("[lab]", "its name, when several are running")
    .option("--all", "end every lab of yours")
    .addOption(labOption().hideHelp())
    .action(async (lab, options) => {
      const { downCommand } = await import("../commands/down.ts");
      await downCommand(lab, options, terminal);
    });

  program
    .command("ls")
    .description("list running labs")
    .addOption(jsonOption())
    .action(async (options) => {
      const { lsCommand } = await import("../commands/ls.ts");
      await lsCommand(options, terminal);
    });

  program
    .command("ps")
    .description("show what is in a lab: nodes, hosts, pods, services, endpoints")
    .addOption(labOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { psCommand } = await import("../commands/ps.ts");
      await psCommand(options, terminal);
    });
}
