import type { AddressExpectation } from "../../topology/scenario/expectation.ts";
import { fillTemplate, type Template } from "../../topology/scenario/template.ts";
import { formatWhere } from "../../topology/where/format-where.ts";
import type { InterfacePlace } from "../../topology/where/where.ts";
import type { Captures } from "./captures.ts";
import type { Meanings } from "./judge-probe.ts";
import type { ScenarioLab } from "./scenario-lab.ts";

/** What a step runs with. */
export interface StepContext {
  readonly lab: ScenarioLab;
  readonly captures: Captures;
  readonly signal: AbortSignal;
}

/** What the words of a scenario mean in this lab at this moment. */
export function meaningsIn({ places }: ScenarioLab): Meanings {
  return {
    addresses: ({ anyOf }: AddressExpectation) => anyOf.flatMap((place) => places.addresses(place)),
    podNames: (place) =>
      places.pods(place).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`),
    machines: (place) =>
      place.type === "workload"
        ? places
            .pods(place)
            .map(({ metadata: { namespace = "", name } }) =>
              formatWhere({ type: "pod", namespace, name }),
            )
        : [formatWhere(place)],
    text: (template: Template) => fillTemplate(template, (place) => places.address(place)),
  };
}

/** The names by which captures know the interfaces of a place. */
export function interfaceNames({ places }: ScenarioLab, place: InterfacePlace): readonly string[] {
  return places.devices(place).map(({ label, device }) => `${label}:${device}`);
}
