/**
 * The body of a message of the generic netlink family IPVS, as linux/ip_vs.h has it: a virtual server and a real one,
 * each an attribute with attributes in it. Addresses in answers are `union nf_inet_addr`, 16 bytes whatever the family.
 */
import { type AttributeCodec, asciiz, bytes, u16, u16Network, u32 } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes, nested } from "../attributes.ts";
import { encodeGeneric, genericAttributes } from "../generic.ts";

export const IPVS_GENL_NAME = "IPVS";
const IPVS_GENL_VERSION = 1;

/** IPVS_CMD_*. */
const COMMANDS = {
  NEW_SERVICE: 1,
  SET_SERVICE: 2,
  DEL_SERVICE: 3,
  GET_SERVICE: 4,
  NEW_DEST: 5,
  SET_DEST: 6,
  DEL_DEST: 7,
  GET_DEST: 8,
  SET_CONFIG: 12,
} as const;

export type IpvsCommand = keyof typeof COMMANDS;

/** `struct ip_vs_flags { __u32 flags; __u32 mask; }`: here every flag is said. */
const flags: AttributeCodec<number> = {
  decode: (payload) => u32.decode(payload),
  encode: (value) => Uint8Array.of(...u32.encode(value), 0xff, 0xff, 0xff, 0xff),
};

/** IPVS_SVC_ATTR_*. A virtual server of a firewall mark has neither address nor port. */
const service = {
  family: [1, u16],
  protocol: [2, u16],
  address: [3, bytes],
  port: [4, u16Network],
  scheduler: [6, asciiz],
  flags: [7, flags],
  timeoutSeconds: [8, u32],
  // Of IPv4 a mask, of IPv6 a length.
  netmask: [9, u32],
} as const;

/** IPVS_DEST_ATTR_*. Unless said otherwise its family is that of its virtual server. */
const destination = {
  address: [1, bytes],
  port: [2, u16Network],
  forwarding: [3, u32],
  weight: [4, u32],
  upperThreshold: [5, u32],
  lowerThreshold: [6, u32],
  activeConnections: [7, u32],
  inactiveConnections: [8, u32],
  family: [11, u16],
} as const;

/** IPVS_CMD_ATTR_*. */
const attributes = {
  service: [1, nested(service)],
  destination: [2, nested(destination)],
  tcpSeconds: [4, u32],
  tcpFinSeconds: [5, u32],
  udpSeconds: [6, u32],
} as const;

/** An attribute that is not said is absent. */
export interface IpvsMessage {
  readonly service?: IpvsService | undefined;
  readonly destination?: IpvsDestination | undefined;
  readonly tcpSeconds?: number | undefined;
  readonly tcpFinSeconds?: number | undefined;
  readonly udpSeconds?: number | undefined;
}

export interface IpvsService {
  /** AF_*. */
  readonly family?: number | undefined;
  /** IPPROTO_*. */
  readonly protocol?: number | undefined;
  readonly address?: Uint8Array | undefined;
  readonly port?: number | undefined;
  readonly scheduler?: string | undefined;
  /** IP_VS_SVC_F_*. */
  readonly flags?: number | undefined;
  readonly timeoutSeconds?: number | undefined;
  readonly netmask?: number | undefined;
}

interface IpvsDestination {
  readonly address?: Uint8Array | undefined;
  readonly port?: number | undefined;
  /** IP_VS_CONN_F_*. */
  readonly forwarding?: number | undefined;
  readonly weight?: number | undefined;
  /** Connections; 0 is no limit. */
  readonly upperThreshold?: number | undefined;
  readonly lowerThreshold?: number | undefined;
  readonly activeConnections?: number | undefined;
  readonly inactiveConnections?: number | undefined;
  readonly family?: number | undefined;
}

export function encodeIpvs(command: IpvsCommand, message: IpvsMessage): Uint8Array {
  return encodeGeneric(COMMANDS[command], IPVS_GENL_VERSION, encodeAttributes(message, attributes));
}

export function decodeIpvs(payload: Uint8Array): IpvsMessage {
  return decodeAttributes(genericAttributes(payload), attributes);
}
