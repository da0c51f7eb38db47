/** Every place that a scenario names must exist, and a port must be one of its Service's. */

import { nearest } from "../../base/nearest.ts";
import type { Mention } from "../resolve/scenario/step-context.ts";
import type { Report } from "../source/problem.ts";
import { problemAt } from "../source/source.ts";
import { formatWhere } from "../where/format-where.ts";
import type { Where } from "../where/where.ts";
import type { Known, KnownService } from "./known-objects.ts";

export function checkMention(mention: Mention, known: Known, report: Report): void {
  const { where, spot, aim } = mention;
  const missing = missingFrom(where, known);
  if (missing !== undefined) {
    const { message, hint } = missing;
    report(problemAt(spot, "TOPOLOGY_UNKNOWN_REFERENCE", message, { ...aim, hint }));
    return;
  }
  if (where.type === "name" && !known.somebodyResolves) {
    const message = `${where.name}: nobody resolves names, since dns.enabled is false`;
    const hint = "name the Service: svc/NAMESPACE/NAME";
    report(problemAt(spot, "TOPOLOGY_SUSPECT", message, { ...aim, severity: "warning", hint }));
  }
  const fault = faultInPort(mention, known);
  if (fault !== undefined) {
    report(problemAt(spot, "TOPOLOGY_BAD_PORT", fault.message, { ...aim, hint: fault.hint }));
  }
}

interface Fault {
  readonly message: string;
  readonly hint?: string | undefined;
}

function missingFrom(where: Where, { names, keys, workloads }: Known): Fault | undefined {
  switch (where.type) {
    case "node":
      return missingMachine(where, names.nodes, names);
    case "host":
      return missingMachine(where, names.hosts, names);
    case "fabric":
      return missingMachine(where, names.fabric, names);
    case "service":
      return missingObject(where, keys.get("Service"));
    case "workload":
      return missingObject(where, keys.get(where.kind));
    case "pod":
      return missingPod(where, workloads);
    case "address":
    case "name":
      return undefined;
  }
}

function missingMachine(
  where: Where & { readonly type: "node" | "host" | "fabric" },
  candidates: readonly string[],
  names: Known["names"],
): Fault | undefined {
  const { name, type } = where;
  if (candidates.includes(name)) return undefined;
  const what = type === "fabric" ? "router" : type;
  const message = `no ${what} is named \`${name}\``;
  const all: ReadonlyArray<readonly [string, readonly string[]]> = [
    ["node", names.nodes],
    ["host", names.hosts],
  ];
  for (const [kind, list] of all) {
    if (list.includes(name)) return { message, hint: `did you mean \`${kind}/${name}\`?` };
  }
  const near = nearest(name, candidates);
  if (near !== undefined) {
    const whole = type === "fabric" ? near : `${type}/${near}`;
    return { message, hint: `did you mean \`${whole}\`?` };
  }
  const list = candidates.length === 0 ? "there is none" : `there are: ${candidates.join(", ")}`;
  return { message, hint: list };
}

function missingObject(
  where: Where & { readonly type: "service" | "workload" },
  keys: ReadonlySet<string> = new Set(),
): Fault | undefined {
  const { namespace, name } = where;
  if (keys.has(`${namespace}/${name}`)) return undefined;
  const what = where.type === "service" ? "Service" : where.kind;
  const message = `no ${what} is named \`${namespace}/${name}\``;
  const elsewhere = [...keys].find((key) => key.endsWith(`/${name}`));
  const near = elsewhere ?? nearest(`${namespace}/${name}`, keys);
  if (near === undefined) return { message, hint: listOf(keys, what) };
  const [nearNamespace = "", nearName = ""] = near.split("/");
  const place = formatWhere({ ...where, namespace: nearNamespace, name: nearName });
  return { message, hint: `did you mean \`${place}\`?` };
}

function listOf(keys: ReadonlySet<string>, what: string): string {
  if (keys.size === 0) return `the manifests have no ${what}`;
  const shown = [...keys].slice(0, 12).join(", ");
  return `there are: ${shown}${keys.size > 12 ? ", …" : ""}`;
}

/** The names of most pods are made up later, beginning with their workload's. */
function missingPod(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  workloads: Known["workloads"],
): Fault | undefined {
  const inNamespace = workloads.filter((each) => each.namespace === namespace);
  const exists = inNamespace.some((each) =>
    each.kind === "Pod" ? each.name === name : name.startsWith(`${each.name}-`),
  );
  if (exists) return undefined;
  const message = `no pod is named \`${namespace}/${name}\``;
  const workload = workloads.find((each) => each.name === name && each.kind !== "Pod");
  if (workload?.kind !== undefined) {
    const short = shortKinds.get(workload.kind) ?? "deploy";
    return { message, hint: `did you mean \`${short}/${workload.namespace}/${name}\`?` };
  }
  const pods = workloads.filter(({ kind }) => kind === "Pod");
  const near = nearest(
    `${namespace}/${name}`,
    pods.map((each) => `${each.namespace}/${each.name}`),
  );
  return { message, hint: near === undefined ? undefined : `did you mean \`pod/${near}\`?` };
}

const shortKinds = new Map([
  ["Deployment", "deploy"],
  ["StatefulSet", "sts"],
  ["DaemonSet", "ds"],
  ["ReplicaSet", "rs"],
]);

function faultInPort({ where, port, needsPort }: Mention, known: Known): Fault | undefined {
  if (where.type !== "service") {
    if (port !== undefined || needsPort !== "always") return undefined;
    const place = formatWhere(where);
    return { message: `${place}: needs a port`, hint: `write ${place}:PORT` };
  }
  const service = known.services.find(
    ({ namespace, name }) => namespace === where.namespace && name === where.name,
  );
  if (service?.ports === undefined || (port === undefined && needsPort === "never"))
    return undefined;
  return faultInServicePort(service, service.ports, port);
}

function faultInServicePort(
  { namespace, name }: KnownService,
  ports: NonNullable<KnownService["ports"]>,
  port: number | string | undefined,
): Fault | undefined {
  const place = `svc/${namespace}/${name}`;
  const list = ports.map((each) => each.port + (each.name ? ` (${each.name})` : "")).join(", ");
  const numbers = new Set(ports.map((each) => each.port));
  if (port === undefined) {
    // One port is the one that is meant, also when it is there for TCP and UDP.
    if (numbers.size === 1) return undefined;
    return { message: `${place}: has ${numbers.size} ports`, hint: `add one of ${list}` };
  }
  if (ports.some((each) => each.port === port || each.name === port)) return undefined;
  // A closed port is worth probing; a name that does not exist has no number.
  if (typeof port === "number") return undefined;
  return { message: `${place}: has no port named \`${port}\``, hint: `its ports: ${list}` };
}
