/**
 * What a device leaves to hardware that a veth does not have: SIOCETHTOOL of linux/ethtool.h.
 *
 *     struct ifreq            { char name[16]; void *data; … }                      // 40 bytes
 *     struct ethtool_sset_info{ __u32 cmd, reserved; __u64 sset_mask; __u32 data[] }
 *     struct ethtool_gstrings { __u32 cmd, string_set, len; __u8 data[len][32] }
 *     struct ethtool_sfeatures{ __u32 cmd, size; struct { __u32 valid, requested } features[size] }
 */
import koffi from "koffi";
import { type DeviceSocket, IFREQ_BYTES, ioctl, NAME_BYTES, writeName } from "./device-ioctl.ts";

const SIOCETHTOOL = 0x8946n;
const ETHTOOL_GSTRINGS = 0x1b;
const ETHTOOL_GSSET_INFO = 0x37;
const ETHTOOL_SFEATURES = 0x3b;
const ETH_SS_FEATURES = 4;
/** ETH_GSTRING_LEN */
const STRING_BYTES = 32;

/** By the kernel's names, of which each version has more: what `ethtool -K gro off gso off tso off tx off` stands for. */
const OFFLOADS = /^(rx-gro|tx-generic-segmentation|tx-tcp.*-segmentation|tx-checksum-.*)$/;

/**
 * The numbers of the features that are offloads, and of how many there are. The same for every device of one
 * kernel; a device that lacks one does not mind.
 */
let offloads: { readonly bits: readonly number[]; readonly of: number } | undefined;

/**
 * Turns the offloads of devices off: frames then have the sizes and the checksums on the wire that a
 * capture of real hardware would show, at the price of throughput. All in one request a device: the kernel
 * works out anew what each allows, and so does a bridge for all its ports.
 *
 * Equivalent to: `ethtool -K $device gro off gso off tso off tx off`
 *
 * @throws KernelError ENODEV when a device is not there.
 */
export function turnOffloadsOff(socket: DeviceSocket, devices: readonly string[]): void {
  for (const device of devices) turnOff(socket, device);
}

function turnOff(socket: DeviceSocket, device: string): void {
  offloads ??= findOffloads(socket, device);
  const { bits, of } = offloads;
  const blocks = Math.ceil(of / 32);
  const [argument, view] = words([ETHTOOL_SFEATURES, blocks], 8 * blocks);
  for (const bit of bits) {
    const valid = 8 + 8 * Math.floor(bit / 32);
    view.setUint32(valid, view.getUint32(valid, true) | (1 << (bit % 32)), true);
  }
  call(socket, device, argument, "-K");
}

function findOffloads(socket: DeviceSocket, device: string): NonNullable<typeof offloads> {
  const [info, infoView] = words([ETHTOOL_GSSET_INFO, 0, 1 << ETH_SS_FEATURES, 0], 4);
  call(socket, device, info, "-k");
  const of = infoView.getUint32(16, true);
  const [strings] = words([ETHTOOL_GSTRINGS, ETH_SS_FEATURES, of], of * STRING_BYTES);
  call(socket, device, strings, "-k");
  const bits = Array.from({ length: of }, (_, bit) => bit).filter((bit) => {
    const start = 12 + bit * STRING_BYTES;
    const name = new TextDecoder().decode(strings.subarray(start, start + STRING_BYTES));
    return OFFLOADS.test(name.slice(0, name.indexOf("\0")));
  });
  return { bits, of };
}

/** 32-bit words in the host's order, which is little-endian wherever koffi has a binary, and zeroes after them. */
function words(first: readonly number[], moreBytes: number): [Uint8Array, DataView] {
  // Of an array buffer of its own, which unlike a small typed array stays where it is.
  const bytes = new Uint8Array(new ArrayBuffer(4 * first.length + moreBytes));
  const view = new DataView(bytes.buffer);
  for (const [index, word] of first.entries()) view.setUint32(4 * index, word, true);
  return [bytes, view];
}

const request = new Uint8Array(new ArrayBuffer(IFREQ_BYTES));
const requestView = new DataView(request.buffer);

function call(
  { fd, netnsName }: DeviceSocket,
  device: string,
  argument: Uint8Array,
  option: string,
): void {
  writeName(request, device);
  // It lives until the call is over: the caller holds it.
  requestView.setBigUint64(NAME_BYTES, koffi.address(argument), true);
  ioctl(`ethtool ${option} ${device} in netns ${netnsName}`, fd, SIOCETHTOOL, request);
}
