import type { Command } from "commander";
import { terminal } from "../terminal.ts";
import { labOption } from "./options.ts";

const verbs = [
  { verb: "fail", does: "break a node, a wire or a component of a lab" },
  { verb: "heal", does: "mend what was broken" },
] as const;

/** What breaks and mends by hand. */
export function declareFaults(program: Command): void {
  for (const { verb, does } of verbs) {
    program
      .command(verb)
      .description(does)
      .argument(
        "<what>",
        "node/NAME, an interface such as node/NAME:eth0, or kube-proxy[@NODE], bird[@NODE], api-server, etcd",
      )
      .addOption(labOption())
      .action(async (what, options) => {
        const { faultCommand } = await import("../commands/fault.ts");
        await faultCommand(verb, what, options, terminal);
      });
  }
}
