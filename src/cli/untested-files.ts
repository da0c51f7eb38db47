/** Files of `podwire test` that have no scenario: nothing is tested of them, which must not look like success. */
import type { LoadedLab } from "../topology/load.ts";
import type { Problem } from "../topology/source/problem.ts";
import type { Topology } from "../topology/topology.ts";

/** What is looked at of a file that was loaded. */
interface Tested {
  readonly topology: Pick<Topology, "name" | "location" | "nodes">;
  readonly scenarios: LoadedLab["scenarios"];
}

/**
 * One problem a file. Where none of them has a scenario they are errors, as in test runners, for which no test at all is a
 * failure; beside files that have some they are warnings.
 */
export function untestedFiles(plans: readonly Tested[]): readonly Problem[] {
  const untested = plans.filter(({ scenarios }) => scenarios.length === 0);
  const severity = untested.length === plans.length ? "error" : "warning";
  // Variants of one file have their Topology at one place.
  const byPlace = new Map(
    untested.map(({ topology }) => {
      const { file, line } = topology.location;
      return [`${file}:${line}`, topology];
    }),
  );
  return [...byPlace.values()].map((topology) => ({
    severity,
    code: "TOPOLOGY_DOCUMENTS",
    message: `${topology.name}: has no Scenario, so nothing of it is tested`,
    location: topology.location,
    length: 1,
    sourceLine: undefined,
    hint: `add a document such as ${scenarioFor(topology)}`,
  }));
}

/** One that holds in most labs, to begin with. */
function scenarioFor({ nodes }: Tested["topology"]): string {
  const [first = "node01", last = first] = [nodes[0]?.name, nodes.at(-1)?.name];
  const probe = `{probe: {from: node/${first}, ping: node/${last}}, expect: {ok: true}}`;
  return `{apiVersion: podwire.dev/v1alpha1, kind: Scenario, metadata: {name: ${first} reaches ${last}}, spec: {steps: [${probe}]}}`;
}
