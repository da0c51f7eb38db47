/** The scenarios of all files, and whether what they name is there. */
import { checkMention } from "./check/check-mentions.ts";
import { reportTwice } from "./check/check-names.ts";
import { knownObjects } from "./check/known-objects.ts";
import { ManifestReader } from "./manifests/manifest-reader.ts";
import type { ResolvedTopology } from "./resolve/resolve-topology.ts";
import { resolveScenario } from "./resolve/scenario/resolve-scenario.ts";
import type { CheckFilter, Mention, StepContext } from "./resolve/scenario/step-context.ts";
import type { Scenario } from "./scenario/scenario.ts";
import type { Problem, Report } from "./source/problem.ts";
import { at, type SourceDocument } from "./source/source.ts";

export interface ScenarioOptions {
  /** Says what is wrong with a display filter; without it every filter passes. */
  readonly checkFilter?: CheckFilter;
}

interface Surroundings {
  /** With all manifests read. */
  readonly reader: ManifestReader;
  readonly resolved: ResolvedTopology | undefined;
  readonly options: ScenarioOptions;
  /** Those found so far; more are added. */
  readonly problems: Problem[];
}

export function loadScenarios(
  documents: readonly SourceDocument[],
  { reader, resolved, options, problems }: Surroundings,
): readonly Scenario[] {
  const report: Report = (problem) => problems.push(problem);
  const mentions: Mention[] = [];
  const applied = new ManifestReader(reader.files, report);
  const scenarios = documents.flatMap((document): readonly Scenario[] => {
    const context: StepContext = {
      report,
      mention: (mention) => mentions.push(mention),
      checkFilter: options.checkFilter ?? (() => undefined),
      readObjects: (raw, spot) => applied.readApply(raw, spot),
      captured: [],
    };
    const scenario = resolveScenario(context, document);
    return scenario === undefined ? [] : [scenario];
  });
  reportTwice(documents.flatMap(nameOf), report);
  if (resolved === undefined || isIncomplete(problems)) return scenarios;
  const known = knownObjects({
    names: resolved.names,
    manifests: [...reader.manifests, ...applied.manifests],
    broken: [...reader.broken, ...applied.broken],
    dnsEnabled: resolved.topology?.dns.enabled ?? true,
    hostServesDns: resolved.topology?.hosts.some(({ dns }) => dns !== undefined) ?? true,
  });
  for (const mention of mentions) checkMention(mention, known, report);
  return scenarios;
}

/** A document that could not be read may hold all that the scenarios speak of. */
function isIncomplete(problems: readonly Problem[]): boolean {
  return problems.some(({ code }) => code === "TOPOLOGY_FILE" || code === "TOPOLOGY_SYNTAX");
}

function nameOf({ value, spot }: SourceDocument): Parameters<typeof reportTwice>[0] {
  const { metadata } = value as { readonly metadata?: { readonly name?: unknown } | null };
  const name = metadata?.name;
  if (typeof name !== "string") return [];
  return [{ what: "scenario", name, spot: at(spot, "metadata", "name") }];
}
