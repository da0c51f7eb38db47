/**
 * WHERE, FROM and TO: how the command line and scenarios name a place in a lab.
 *
 *     node/node01   pod/vote/redis-0   deploy/vote/vote   host/laptop   svc/vote/redis:6379
 *     10.96.0.10    redis.vote         underlay           tor1          node/node01:cni0
 */
import { familyOf, type IpAddress, parseIpAddress } from "../net/ip-address.ts";
import { suggestion } from "./source/suggest.ts";

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet";

export interface NodePlace {
  readonly type: "node";
  readonly name: string;
}

export interface PodPlace {
  readonly type: "pod";
  readonly namespace: string;
  readonly name: string;
}

/** The pods of a workload: one of them, the first by name, where only one can be meant. */
export interface WorkloadPlace {
  readonly type: "workload";
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

interface HostPlace {
  readonly type: "host";
  readonly name: string;
}

/** A router of the underlay, or the switch itself under the name `underlay`. */
interface FabricPlace {
  readonly type: "fabric";
  readonly name: string;
}

export interface ServicePlace {
  readonly type: "service";
  readonly namespace: string;
  readonly name: string;
}

export interface AddressPlace {
  readonly type: "address";
  readonly address: IpAddress;
}

/** A DNS name, resolved by whoever asks. */
interface NamePlace {
  readonly type: "name";
  readonly name: string;
}

/** What has a network namespace: programs run and captures listen there. */
export type Machine = NodePlace | PodPlace | WorkloadPlace | HostPlace | FabricPlace;

export type Where = Machine | ServicePlace | AddressPlace | NamePlace;

/** An interface of a place: `node/node01:cni0`. Without a name it is `eth0`. */
export interface InterfacePlace {
  readonly where: Machine;
  readonly interface: string | undefined;
}

/** What a probe aims at: a place, and a port by number or by the Service's name for it. */
export interface Target {
  readonly where: Where;
  readonly port: number | string | undefined;
  /** From the first slash after the port: `/clientip`. */
  readonly path: string | undefined;
}

/** What is wrong with the text of a place. */
export interface WhereFault {
  readonly message: string;
  readonly hint: string | undefined;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: WhereFault };

const workloadKinds = new Map<string, WorkloadKind>([
  ["deploy", "Deployment"],
  ["deployment", "Deployment"],
  ["sts", "StatefulSet"],
  ["statefulset", "StatefulSet"],
  ["ds", "DaemonSet"],
  ["daemonset", "DaemonSet"],
  ["rs", "ReplicaSet"],
  ["replicaset", "ReplicaSet"],
]);

const shortNames: { readonly [K in WorkloadKind]: string } = {
  Deployment: "deploy",
  StatefulSet: "sts",
  DaemonSet: "ds",
  ReplicaSet: "rs",
};

/** The words before the first slash, those that are shown first. */
export const placeKinds = [
  "node",
  "pod",
  "deploy",
  "sts",
  "ds",
  "rs",
  "svc",
  "host",
  "router",
] as const;

/** A DNS label; a name of a node or a pod may be several with dots between. */
const namePattern = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/i;

/** A place without interface or port. */
export function parseWhere(text: string): Parsed<Where> {
  const address = parseIpAddress(text);
  if (address !== undefined) return { ok: true, value: { type: "address", address } };
  const [kind = "", ...names] = text.split("/");
  if (names.length === 0) return parseBareName(text);
  if (names.some((name) => !namePattern.test(name))) {
    return fault(`${text} is not a place`, formsHint);
  }
  return parseKind(kind, names, text);
}

/** Where to capture or to run: a machine, with `:IFNAME` when it is not `eth0`. */
export function parseInterfacePlace(text: string): Parsed<InterfacePlace> {
  const colon = text.indexOf(":");
  const isAddress = parseIpAddress(text) !== undefined;
  const name = colon === -1 || isAddress ? undefined : text.slice(colon + 1);
  const parsed = parseWhere(name === undefined ? text : text.slice(0, colon));
  if (!parsed.ok) return parsed;
  const machine = toMachine(parsed.value);
  if (machine === undefined) {
    return fault(
      `${text} is no machine`,
      "name a node/…, pod/…, deploy/…, host/…, router/… or underlay",
    );
  }
  // IFNAMSIZ counts the terminating NUL, and the kernel refuses slashes and white space.
  if (name !== undefined && !/^[^\s/:]{1,15}$/.test(name)) {
    return fault(
      `interface name \`${name}\`: must be 1..15 characters without spaces and slashes`,
      undefined,
    );
  }
  return { ok: true, value: { where: machine, interface: name } };
}

/** `PLACE`, `PLACE:PORT`, `PLACE:PORT/PATH`, `[IPV6]:PORT`, each also as `http://…`. */
export function parseTarget(text: string): Parsed<Target> {
  const bare = text.replace(/^https?:\/\//, "");
  const url = /^([^/:]+)(:\d+)?(\/.*)?$/.exec(bare === text ? "" : bare);
  // In a URL the first slash begins the path, unless what stands before it is a kind of place.
  if (url !== null && !isKind(url[1] ?? "")) return parseUrl(url);
  const address = parseIpAddress(bare);
  if (address !== undefined) return target({ type: "address", address });
  const match = /^(\[[^\]]+\]|[^:]*)(?::([^/]*)(\/.*)?)?$/.exec(bare);
  const [, place = "", port, path] = match ?? [];
  if (match === null) return fault(`${text} is not a target`, formsHint);
  const parsed = parseWhere(place.replace(/^\[(.*)\]$/, "$1"));
  if (!parsed.ok) return parsed;
  if (port === undefined) return target(parsed.value);
  const number = parsePort(port);
  if (number !== undefined) return target(parsed.value, number, path);
  if (parsed.value.type === "service" && /^[a-z]([-a-z0-9]*[a-z0-9])?$/.test(port)) {
    return target(parsed.value, port, path);
  }
  return fault(`port ${port}: must be 1..65535`, undefined);
}

function parseUrl([, host = "", port, path]: RegExpExecArray): Parsed<Target> {
  const parsed = parseWhere(host);
  if (!parsed.ok) return parsed;
  const number = port === undefined ? undefined : parsePort(port.slice(1));
  return port !== undefined && number === undefined
    ? fault(`port ${port.slice(1)}: must be 1..65535`, undefined)
    : target(parsed.value, number, path);
}

function isKind(word: string): boolean {
  return workloadKinds.has(word) || word === "service" || placeKinds.some((kind) => kind === word);
}

/** The text that parses to this place, in its short form. */
export function formatWhere(where: Where): string {
  switch (where.type) {
    case "node":
    case "host":
      return `${where.type}/${where.name}`;
    case "pod":
      return `pod/${where.namespace}/${where.name}`;
    case "workload":
      return `${shortNames[where.kind]}/${where.namespace}/${where.name}`;
    case "service":
      return `svc/${where.namespace}/${where.name}`;
    case "fabric":
      return where.name === "underlay" ? "underlay" : `router/${where.name}`;
    case "address":
      return where.address;
    case "name":
      return where.name;
  }
}

/** `node/node01:cni0`. */
export function formatInterfacePlace({ where, interface: name }: InterfacePlace): string {
  return name === undefined ? formatWhere(where) : `${formatWhere(where)}:${name}`;
}

/** `svc/vote/redis:6379`, with brackets around IPv6. */
export function formatTarget({ where, port, path = "" }: Target): string {
  if (port === undefined) return `${formatWhere(where)}${path}`;
  const bracketed = where.type === "address" && familyOf(where.address) === "ipv6";
  return `${bracketed ? `[${where.address}]` : formatWhere(where)}:${port}${path}`;
}

/** 1..65535. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

const formsHint =
  "write node/NAME, pod/NAMESPACE/NAME, deploy/NAMESPACE/NAME, svc/NAMESPACE/NAME, host/NAME, an address or a DNS name";

/** A word alone is the underlay's switch or a DNS name; {@link toMachine} tells by what is asked for. */
function parseBareName(text: string): Parsed<Where> {
  if (text === "underlay") return { ok: true, value: { type: "fabric", name: text } };
  // Digits and dots alone were meant to be an address.
  if (!namePattern.test(text) || /^[\d.]+$/.test(text)) {
    return fault(`${text === "" ? "nothing" : text} is not a place`, formsHint);
  }
  return { ok: true, value: { type: "name", name: text } };
}

function parseKind(kind: string, names: readonly string[], text: string): Parsed<Where> {
  const [first = "", second] = names;
  const namespace = second === undefined ? "default" : first;
  const name = second ?? first;
  const workload = workloadKinds.get(kind);
  if (names.length > 2) {
    return fault(`${text}: too many slashes`, `write ${kind}/NAMESPACE/NAME`);
  }
  if (workload !== undefined) {
    return { ok: true, value: { type: "workload", kind: workload, namespace, name } };
  }
  switch (kind) {
    case "pod":
      return { ok: true, value: { type: "pod", namespace, name } };
    case "svc":
    case "service":
      return { ok: true, value: { type: "service", namespace, name } };
    case "node":
    case "host":
    case "router":
      if (second !== undefined) {
        return fault(`${text}: a ${kind} belongs to no namespace`, `write ${kind}/${second}`);
      }
      return { ok: true, value: { type: kind === "router" ? "fabric" : kind, name } };
    default:
      return fault(
        `unknown kind of place \`${kind}\``,
        suggestion(kind, placeKinds, "kinds of places"),
      );
  }
}

function toMachine(where: Where): Machine | undefined {
  switch (where.type) {
    case "service":
    case "address":
      return undefined;
    case "name":
      // Routers are known by their bare name; a name with dots is nothing but a DNS name.
      return where.name.includes(".") ? undefined : { type: "fabric", name: where.name };
    default:
      return where;
  }
}

function target(where: Where, port?: number | string, path?: string): Parsed<Target> {
  return { ok: true, value: { where, port, path } };
}

function fault(message: string, hint: string | undefined): Parsed<never> {
  return { ok: false, fault: { message, hint } };
}
