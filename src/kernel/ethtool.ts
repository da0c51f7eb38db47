/**
 * What a device leaves to hardware that a veth does not have: SIOCETHTOOL of linux/ethtool.h.
 *
 *     struct ifreq         { char name[16]; struct ethtool_value *data; … }   // 40 bytes
 *     struct ethtool_value { __u32 cmd; __u32 data; }
 */
import koffi from "koffi";
import { closeDescriptor, libcFunction } from "./libc.ts";
import type { Netns } from "./netns.ts";
import { AF_INET, openSocket, SOCK_DGRAM } from "./socket.ts";

const SIOCETHTOOL = 0x8946n;
const IFREQ_BYTES = 40;
const NAME_BYTES = 16;

/** ETHTOOL_S*: setting them in this order, none asks for what another forbids. */
const COMMANDS = {
  gro: 0x2c,
  gso: 0x24,
  tso: 0x1f,
  tx: 0x17,
} as const;

const ioctl = libcFunction<[fd: number, request: bigint, argument: Uint8Array]>(
  "int ioctl(int fd, unsigned long request, void *argument)",
);

/** One array buffer, since one part holds the other's address: see socket-receive.ts. */
const call = new Uint8Array(new ArrayBuffer(IFREQ_BYTES + 8));
const view = new DataView(call.buffer);
view.setBigUint64(NAME_BYTES, koffi.address(call) + BigInt(IFREQ_BYTES), true);

/**
 * Turns the offloads of devices off: frames then have the sizes and the checksums on the wire that a
 * capture of real hardware would show, at the price of throughput.
 *
 * Equivalent to: `ethtool -K $device gro off gso off tso off tx off`
 *
 * @throws KernelError ENODEV when a device is not there.
 */
export function turnOffloadsOff(netns: Netns, devices: readonly string[]): void {
  if (devices.length === 0) return;
  const fd = openSocket(`configure offloads in netns ${netns.name}`, netns, {
    family: AF_INET,
    type: SOCK_DGRAM,
  });
  try {
    for (const device of devices) turnOff(fd, device, netns.name);
  } finally {
    closeDescriptor(fd);
  }
}

function turnOff(fd: number, device: string, netns: string): void {
  call.fill(0, 0, NAME_BYTES);
  // Short enough: the device was found, or made, under this name.
  call.set(new TextEncoder().encode(device).subarray(0, NAME_BYTES - 1));
  for (const [feature, command] of Object.entries(COMMANDS)) {
    view.setUint32(IFREQ_BYTES, command, true);
    view.setUint32(IFREQ_BYTES + 4, 0, true);
    ioctl(`ethtool -K ${device} ${feature} off in netns ${netns}`, fd, SIOCETHTOOL, call);
  }
}
