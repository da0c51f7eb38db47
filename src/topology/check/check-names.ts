/** Every node, host and router has a network namespace of its own, so their names share one space. */

import type { RawHost } from "../raw/raw-host.ts";
import type { RawNode } from "../raw/raw-node.ts";
import type { RawUnderlay } from "../raw/raw-underlay.ts";
import type { Written } from "../raw/written.ts";
import type { Report } from "../source/problem.ts";
import { at, locationOf, problemAt, type Spot } from "../source/source.ts";

interface Named {
  readonly what: string;
  readonly name: string;
  readonly spot: Spot;
}

export interface NamedParts {
  readonly nodes: ReadonlyArray<Written<RawNode>>;
  readonly hosts: ReadonlyArray<Written<RawHost>>;
  readonly underlay: Written<RawUnderlay>;
}

export function checkNames({ nodes, hosts, underlay }: NamedParts, report: Report): void {
  const { raw, spot } = underlay;
  const routers = (raw.routers ?? []).map(({ name }, index) => ({
    what: "router",
    name,
    spot: at(spot, "routers", index, "name"),
  }));
  const subnets = (raw.subnets ?? []).map(({ name }, index) => ({
    what: "subnet",
    name,
    spot: at(spot, "subnets", index, "name"),
  }));
  const implied = raw.routers === undefined ? ["router", "underlay"] : ["underlay"];
  const machines = [...named("node", nodes), ...named("host", hosts), ...routers];
  reportReserved(machines, implied, report);
  reportTwice(machines, report);
  reportTwice(subnets, report);
}

function named(
  what: string,
  list: ReadonlyArray<Written<{ readonly name: string }>>,
): readonly Named[] {
  return list.map(({ raw, spot }) => ({ what, name: raw.name, spot: at(spot, "name") }));
}

function reportReserved(
  machines: readonly Named[],
  reserved: readonly string[],
  report: Report,
): void {
  for (const { what, name, spot } of machines) {
    if (!reserved.includes(name)) continue;
    const message = `${what} ${name}: podwire's own ${name === "router" ? "router" : "switch"} has this name`;
    report(problemAt(spot, "TOPOLOGY_DUPLICATE_NAME", message, { hint: "choose another name" }));
  }
}

/** Shared with the names of scenarios. */
export function reportTwice(list: readonly Named[], report: Report): void {
  const firstByName = new Map<string, Named>();
  for (const each of list) {
    const first = firstByName.get(each.name);
    if (first === undefined) {
      firstByName.set(each.name, each);
      continue;
    }
    const { file, line } = locationOf(first.spot);
    const where = file === each.spot.source.file ? `line ${line}` : `${file}:${line}`;
    const message = `${each.what} ${each.name}: the ${first.what} in ${where} has this name already`;
    const hint = "choose another name";
    report(problemAt(each.spot, "TOPOLOGY_DUPLICATE_NAME", message, { hint }));
  }
}
