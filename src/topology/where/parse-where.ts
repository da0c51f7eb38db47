import { parseIpAddress } from "../../net/ip-address.ts";
import { suggestion } from "../source/suggest.ts";
import { fault, formsHint, type Parsed } from "./parsed.ts";
import { placeKinds, workloadKinds } from "./place-kinds.ts";
import type { InterfacePlace, Machine, Where } from "./where.ts";

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
