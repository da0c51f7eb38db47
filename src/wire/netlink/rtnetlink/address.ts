/**
 * Addresses of devices: `struct ifaddrmsg` of linux/if_addr.h, 8 bytes, then attributes IFA_*.
 *
 *     struct ifaddrmsg {
 *       __u8  ifa_family;
 *       __u8  ifa_prefixlen;
 *       __u8  ifa_flags;
 *       __u8  ifa_scope;
 *       __u32 ifa_index;     // the device
 *     };
 *
 * IFA_LOCAL is the address. IFA_ADDRESS is the other side's on a point-to-point device, and the
 * same as IFA_LOCAL on all others; for IPv6 the kernel gives IFA_ADDRESS only.
 */
import { type Cidr, formatCidr } from "../../../net/cidr.ts";
import { Reader } from "../../reader.ts";
import { AF_INET6, AF_UNSPEC, addressFamily } from "../address-family.ts";
import { ip } from "../attribute-codec.ts";
import { decodeAttributes, encodeAttributes } from "../attributes.ts";
import { type NetlinkRequest, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL } from "../message.ts";
import { RTM_DELADDR, RTM_GETADDR, RTM_NEWADDR } from "./rtm.ts";
import { decodeScope, encodeScope, type Scope } from "./scope.ts";

const HEADER_BYTES = 8;
/**
 * No duplicate address detection: a lab knows its addresses to be unique, and for as long
 * as the kernel asks, a second or two, it refuses to use them.
 */
const IFA_F_NODAD = 2;

const attributes = { address: [1, ip], local: [2, ip] } as const;

/** An address on a device. */
export interface InterfaceAddress {
  readonly index: number;
  /** With the prefix length of its subnet; host bits set. */
  readonly address: Cidr;
  readonly scope: Scope;
}

/** Equivalent to: `ip address add $address dev $device scope $scope` */
export function addressAdd(
  device: string,
  { index, address, scope }: InterfaceAddress,
): NetlinkRequest {
  return {
    operation: `RTM_NEWADDR ${formatCidr(address)} dev ${device}`,
    type: RTM_NEWADDR,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    payload: encodeAddress({ index, address, scope }),
  };
}

/** Equivalent to: `ip address delete $address dev $device` */
export function addressDelete(device: string, address: InterfaceAddress): NetlinkRequest {
  return {
    operation: `RTM_DELADDR ${formatCidr(address.address)} dev ${device}`,
    type: RTM_DELADDR,
    flags: 0,
    payload: encodeAddress(address),
  };
}

/** Equivalent to: `ip address show` */
export function addressDump(): NetlinkRequest {
  const payload = new Uint8Array(HEADER_BYTES);
  payload[0] = AF_UNSPEC;
  return { operation: "RTM_GETADDR", type: RTM_GETADDR, flags: NLM_F_DUMP, payload };
}

function encodeAddress({ index, address, scope }: InterfaceAddress): Uint8Array {
  const family = addressFamily(address.address);
  const encoded = encodeAttributes(
    { address: address.address, local: address.address },
    attributes,
  );
  const output = new Uint8Array(HEADER_BYTES + encoded.byteLength);
  output.set([
    family,
    address.prefixLength,
    family === AF_INET6 ? IFA_F_NODAD : 0,
    encodeScope(scope),
  ]);
  new DataView(output.buffer).setUint32(4, index, true);
  output.set(encoded, HEADER_BYTES);
  return output;
}

/** The payload of an RTM_NEWADDR; undefined when it has no address. */
export function decodeAddress(payload: Uint8Array): InterfaceAddress | undefined {
  const reader = new Reader(payload);
  reader.u8("ifa_family");
  const prefixLength = reader.u8("ifa_prefixlen");
  reader.u8("ifa_flags");
  const scope = decodeScope(reader.u8("ifa_scope"));
  const index = reader.u32Host("ifa_index");
  const { local, address } = decodeAttributes(reader.rest(), attributes);
  const own = local ?? address;
  return own === undefined ? undefined : { index, address: { address: own, prefixLength }, scope };
}
