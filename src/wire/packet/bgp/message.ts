/** What BGP peers tell each other, RFC 4271 §4, as far as it is read here. */

import type { Cidr } from "../../../net/cidr.ts";
import type { IpAddress } from "../../../net/ip-address.ts";

export const BGP_OPEN = 1;
export const BGP_UPDATE = 2;
export const BGP_NOTIFICATION = 3;
export const BGP_KEEPALIVE = 4;
export const BGP_ROUTE_REFRESH = 5;

interface BgpOpen {
  readonly type: "open";
  readonly version: number;
  /** As the OPEN has it: 23456 (AS_TRANS) when the real one needs four bytes. */
  readonly autonomousSystem: number;
  readonly holdTimeSeconds: number;
  /** An IPv4 address in form only. */
  readonly identifier: IpAddress;
}

interface BgpUpdate {
  readonly type: "update";
  readonly withdrawn: readonly Cidr[];
  /** The NEXT_HOP attribute. */
  readonly nextHop?: IpAddress | undefined;
  /** IPv4 prefixes now reachable through the next hop. */
  readonly announced: readonly Cidr[];
}

interface BgpNotification {
  readonly type: "notification";
  /** RFC 4271 §4.5: 4 hold timer expired, 6 cease. */
  readonly code: number;
  readonly subcode: number;
}

export type BgpMessage =
  | BgpOpen
  | BgpUpdate
  | BgpNotification
  | { readonly type: "keepalive" }
  | { readonly type: "route-refresh" }
  /** A type that is none of these, or a body that breaks its own lengths. */
  | { readonly type: "unknown"; readonly messageType: number; readonly body: Uint8Array };

const typeNames = {
  open: "OPEN",
  update: "UPDATE",
  notification: "NOTIFICATION",
  keepalive: "KEEPALIVE",
  "route-refresh": "ROUTE-REFRESH",
  unknown: "unknown message",
} as const;

/** `OPEN`, `UPDATE`, as RFC 4271 writes them. */
export function bgpMessageName({ type }: BgpMessage): string {
  return typeNames[type];
}
