/**
 * Routes: `struct rtmsg` of linux/rtnetlink.h, 12 bytes, then attributes RTA_*.
 *
 *     struct rtmsg {
 *       unsigned char rtm_family;
 *       unsigned char rtm_dst_len;
 *       unsigned char rtm_src_len;
 *       unsigned char rtm_tos;
 *       unsigned char rtm_table;
 *       unsigned char rtm_protocol;   // RTPROT_*: who put it there
 *       unsigned char rtm_scope;
 *       unsigned char rtm_type;       // RTN_*
 *       unsigned      rtm_flags;      // RTNH_F_ONLINK
 *     };
 */
import { type Cidr, formatCidr } from "../../../net/cidr.ts";
import { type IpAddress, ipAddress } from "../../../net/ip-address.ts";
import { Reader } from "../../reader.ts";
import { AF_INET, AF_UNSPEC, addressFamily } from "../address-family.ts";
import { ip, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes, nested } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_DUMP, NLM_F_REPLACE } from "../message.ts";
import { RTM_DELROUTE, RTM_GETROUTE, RTM_NEWROUTE } from "./rtm.ts";
import { decodeScope, encodeScope, type Scope } from "./scope.ts";

const HEADER_BYTES = 12;
const RT_TABLE_MAIN = 254;
const RTPROT_BOOT = 3;
const RTNH_F_ONLINK = 4;
/** RTM_F_CLONED: a cache entry, such as a path MTU that was learned. */
const RTM_F_CLONED = 0x200;

/** RTN_*: those that a routing table of ours can hold. */
const TYPES = {
  unicast: 1,
  local: 2,
  broadcast: 3,
  anycast: 4,
  multicast: 5,
  blackhole: 6,
  unreachable: 7,
  prohibit: 8,
  throw: 9,
} as const;

const metrics = { mtu: [2, u32] } as const;

const attributes = {
  destination: [1, ip],
  outputIndex: [4, u32],
  gateway: [5, ip],
  metric: [6, u32],
  source: [7, ip],
  metrics: [8, nested(metrics)],
  table: [15, u32],
} as const;

type RouteType = keyof typeof TYPES;

export interface Route {
  /** Undefined is the default route. */
  readonly to?: Cidr | undefined;
  readonly via?: IpAddress | undefined;
  /** The output device's ifindex. */
  readonly index?: number | undefined;
  /** The source address that packets of this host take. */
  readonly source?: IpAddress | undefined;
  readonly type?: RouteType | undefined;
  readonly scope?: Scope | undefined;
  /** The gateway is reachable on the device, whatever the other routes say. */
  readonly onlink?: boolean | undefined;
  readonly metric?: number | undefined;
  /** RTPROT_*. */
  readonly protocol?: number | undefined;
  readonly table?: number | undefined;
  readonly mtu?: number | undefined;
}

/** Equivalent to: `ip route replace $type $to via $via dev $device src $source metric $metric` */
export function routeReplace(route: Route): NetlinkRequest {
  return {
    operation: `RTM_NEWROUTE ${describeRoute(route)}`,
    type: RTM_NEWROUTE,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    payload: encodeRoute(route),
  };
}

/** Equivalent to: `ip route delete $to via $via dev $device` */
export function routeDelete(route: Route): NetlinkRequest {
  return {
    operation: `RTM_DELROUTE ${describeRoute(route)}`,
    type: RTM_DELROUTE,
    flags: 0,
    payload: encodeRoute(route),
  };
}

/** Equivalent to: `ip route show table all` */
export function routeDump(): NetlinkRequest {
  const payload = new Uint8Array(HEADER_BYTES);
  payload[0] = AF_UNSPEC;
  return { operation: "RTM_GETROUTE", type: RTM_GETROUTE, flags: NLM_F_DUMP, payload };
}

/** As `ip route` writes it: `blackhole 10.244.1.0/26`, `default via 10.244.0.1`. */
function describeRoute({ type, to, via }: Route): string {
  return [
    ...(type === undefined || type === "unicast" ? [] : [type]),
    to === undefined ? "default" : formatCidr(to),
    ...(via === undefined ? [] : [`via ${via}`]),
  ].join(" ");
}

function encodeRoute(route: Route): Uint8Array {
  const { to, via, source, type = "unicast", table = RT_TABLE_MAIN } = route;
  const known = to?.address ?? via ?? source;
  const encoded = encodeAttributes(
    {
      destination: to?.address,
      outputIndex: route.index,
      gateway: via,
      metric: route.metric,
      source,
      metrics: route.mtu === undefined ? undefined : { mtu: route.mtu },
      table,
    },
    attributes,
  );
  const output = new Uint8Array(HEADER_BYTES + encoded.byteLength);
  output[0] = known === undefined ? AF_INET : addressFamily(known);
  output[1] = to?.prefixLength ?? 0;
  output[5] = route.protocol ?? RTPROT_BOOT;
  output[6] = encodeScope(route.scope ?? usualScope(route));
  output[7] = TYPES[type];
  new DataView(output.buffer).setUint32(8, route.onlink === true ? RTNH_F_ONLINK : 0, true);
  output.set(encoded, HEADER_BYTES);
  return output;
}

/** What ip(8) chooses: without a gateway the destination is on the link itself. */
function usualScope({ type = "unicast", via }: Route): Scope {
  if (type === "local") return "host";
  return type === "unicast" && via === undefined ? "link" : "global";
}

/** The payload of an RTM_NEWROUTE; undefined for what is not in a table but in the cache. */
export function decodeRoute(payload: Uint8Array): Route | undefined {
  const reader = new Reader(payload);
  const family = reader.u8("rtm_family");
  const prefixLength = reader.u8("rtm_dst_len");
  reader.bytes(2, "rtm_src_len and rtm_tos");
  const tableByte = reader.u8("rtm_table");
  const protocol = reader.u8("rtm_protocol");
  const scope = decodeScope(reader.u8("rtm_scope"));
  const type = decodeType(reader.u8("rtm_type"));
  const flags = reader.u32Host("rtm_flags");
  if ((flags & RTM_F_CLONED) !== 0) return undefined;
  const {
    destination,
    outputIndex,
    gateway,
    metric,
    source,
    metrics: values,
    table,
  } = decodeAttributes(reader.rest(), attributes);
  const any = ipAddress(family === AF_INET ? "0.0.0.0" : "::");
  return {
    // A prefix of zero bits comes without an address.
    to: prefixLength === 0 ? undefined : { address: destination ?? any, prefixLength },
    via: gateway,
    index: outputIndex,
    source,
    type,
    scope,
    onlink: (flags & RTNH_F_ONLINK) !== 0,
    metric,
    protocol,
    table: table ?? tableByte,
    mtu: values?.mtu,
  };
}

function decodeType(number: number): RouteType | undefined {
  return (Object.keys(TYPES) as RouteType[]).find((type) => TYPES[type] === number);
}
