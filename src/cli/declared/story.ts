import { type Command, Option } from "commander";
import { untilInterrupted } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { jsonOption, labOption } from "./options.ts";
import { countFromNone } from "./values.ts";

/** What happens in a lab, and what was said. */
export function declareStory(program: Command): void {
  program
    .command("events")
    .description("follow what happens in a lab")
    .addOption(labOption())
    .addOption(jsonOption())
    .action(async (options) => {
      const { eventsCommand } = await import("../commands/events.ts");
      await eventsCommand(options, terminal, untilInterrupted(terminal));
    });

  program
    .command("logs")
    .description("print what a component or a pod has said")
    .argument(
      "<what>",
      "kube-proxy, kubelet, api-server, scheduler, coredns, …, or pod/NS/NAME, deploy/NS/NAME",
    )
    .option("-f, --follow", "go on with what comes")
    .option("--tail <lines>", "lines of the end", countFromNone)
    .option("--node <name>", "of a component that runs on every node: that one alone")
    .option("-c, --container <name>", "of a pod: that one alone")
    .option("--timestamps", "of containers: when each line came")
    .option("-p, --previous", "of containers: the run before the present one")
    .addOption(labOption())
    .addOption(new Option("--json", "print a component's records as they are"))
    .action(async (what, options) => {
      const { logsCommand } = await import("../commands/logs.ts");
      await logsCommand(what, options, terminal, untilInterrupted(terminal));
    });
}
