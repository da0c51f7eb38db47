import type { Command } from "commander";
import { proxyModes } from "../../topology/proxy-options.ts";
import { networkVariants } from "../../topology/raw/network-variant.ts";
import { untilInterrupted } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { jsonOption, oneOrMore, reporterOption, usualOutput } from "./options.ts";
import { regExp, shard, wholeNumber } from "./values.ts";

/** What runs scenarios, and what only reads them. */
export function declareTesting(program: Command): void {
  program
    .command("test")
    .description("build each topology, run its scenarios, report, tear down")
    .argument("<file...>", "topology files; each is a lab of its own")
    .addOption(reporterOption())
    .option("--output <directory>", "where captures, rules and logs of failures go", usualOutput)
    .option("--grep <pattern>", "only scenarios whose name matches this regular expression", regExp)
    .option("--jobs <number>", "labs at the same time", wholeNumber, 1)
    .option("--keep", "leave the lab of a failed scenario running")
    .option(
      "--shard <i/n>",
      "the i-th of n parts of the scenarios, which take about as long",
      shard,
    )
    .option(
      "--durations <file>",
      "how long everything took: written by whole runs, and what shards are balanced by",
    )
    .option("--bail", "skip what is left after the first failure")
    .option("--seed <number>", "decides everything random, such as pod names", wholeNumber)
    .addOption(
      oneOrMore(
        proxyModes,
        "--proxy-mode <modes>",
        "one or several modes of kube-proxy, with commas: each file under each, then what differs",
      ),
    )
    .addOption(
      oneOrMore(
        networkVariants,
        "--network <names>",
        "every file over each of these pod networks: weave,calico/bgp",
      ),
    )
    .action(async (files, options) => {
      const { testCommand } = await import("../commands/test.ts");
      process.exitCode = await testCommand(files, options, terminal, untilInterrupted(terminal));
    });

  program
    .command("report")
    .description("reports of earlier runs")
    .command("merge")
    .description("put the reports of a run's shards together: as if the run had been one")
    .argument("<file...>", "shard-1-of-2.json, …, from the output folders of `test --shard`")
    .addOption(reporterOption())
    .option("--durations <file>", "keep there how long everything took, for the next shards")
    .action(async (files, options) => {
      const { reportMergeCommand } = await import("../commands/report-merge.ts");
      process.exitCode = reportMergeCommand(files, options, terminal);
    });

  program
    .command("validate")
    .description("parse and check files; needs no privileges")
    .argument("<file...>")
    .addOption(jsonOption())
    .action(async (files, options) => {
      const { validateCommand } = await import("../commands/validate.ts");
      process.exitCode = await validateCommand(files, options, terminal);
    });
}
