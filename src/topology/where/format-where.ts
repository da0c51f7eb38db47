import { familyOf } from "../../net/ip-address.ts";
import { shortNames } from "./place-kinds.ts";
import type { InterfacePlace, Target, Where } from "./where.ts";

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
