/** Options that several commands have. */
import { InvalidArgumentError, Option } from "commander";
import { proxyModes } from "../../topology/proxy-options.ts";
import { networkVariants } from "../../topology/raw/network-variant.ts";

/** Where files of failures go unless somebody says otherwise. */
export const usualOutput = "podwire-output";

export const labOption = (): Option =>
  new Option("-l, --lab <name>", "which lab, when several are running");
export const networkOption = (): Option =>
  new Option("--network <name>", "a pod network in place of the file's").choices(networkVariants);
export const proxyModeOption = (): Option =>
  new Option(
    "--mode, --proxy-mode <mode>",
    "kube-proxy's mode; what the files say, else iptables",
  ).choices(proxyModes);
export const reporterOption = (): Option =>
  new Option("--reporter <name>", "how to report")
    .choices(["spec", "tap", "junit", "json", "html"])
    .default("spec");
export const jsonOption = (): Option => new Option("--json", "print data as JSON");

/** An option whose value is words with commas between them, each one of `known`. */
export function oneOrMore(known: readonly string[], flags: string, description: string): Option {
  return new Option(flags, description).choices(known).argParser((text) =>
    text.split(",").map((word) => {
      const found = known.find((each) => each === word);
      if (found === undefined)
        throw new InvalidArgumentError(`Allowed choices are ${known.join(", ")}.`);
      return found;
    }),
  );
}
