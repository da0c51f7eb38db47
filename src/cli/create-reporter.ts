import { htmlReporter } from "../report/html/page.ts";
import { jsonReporter } from "../report/reporters/json.ts";
import { junitReporter } from "../report/reporters/junit.ts";
import type { Reporter } from "../report/reporters/reporter.ts";
import { specReporter } from "../report/reporters/spec.ts";
import { tapReporter } from "../report/reporters/tap.ts";
import type { Shard } from "../report/shards/merge-shards.ts";
import type { Terminal } from "./terminal.ts";

export type ReporterName = "spec" | "tap" | "junit" | "json" | "html";

/** The one that `--reporter` names; for a shard's report, with the shard. */
export function createReporter(name: ReporterName, { colour }: Terminal, shard?: Shard): Reporter {
  switch (name) {
    case "spec":
      return specReporter(colour);
    case "tap":
      return tapReporter();
    case "junit":
      return junitReporter();
    case "json":
      return jsonReporter(shard);
    case "html":
      return htmlReporter();
  }
}
