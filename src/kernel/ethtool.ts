/**
 * What a device leaves to hardware that a veth does not have: SIOCETHTOOL of linux/ethtool.h.
 *
 *     struct ifreq         { char name[16]; struct ethtool_value *data; … }   // 40 bytes
 *     struct ethtool_value { __u32 cmd; __u32 data; }
 */
import koffi from "koffi";
import { type DeviceSocket, IFREQ_BYTES, ioctl, NAME_BYTES, writeName } from "./device-ioctl.ts";

const SIOCETHTOOL = 0x8946n;

/** ETHTOOL_S*: setting them in this order, none asks for what another forbids. */
const COMMANDS = {
  gro: 0x2c,
  gso: 0x24,
  tso: 0x1f,
  tx: 0x17,
} as const;

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
export function turnOffloadsOff(socket: DeviceSocket, devices: readonly string[]): void {
  for (const device of devices) turnOff(socket, device);
}

function turnOff({ fd, netnsName }: DeviceSocket, device: string): void {
  writeName(call, device);
  for (const [feature, command] of Object.entries(COMMANDS)) {
    view.setUint32(IFREQ_BYTES, command, true);
    view.setUint32(IFREQ_BYTES + 4, 0, true);
    ioctl(`ethtool -K ${device} ${feature} off in netns ${netnsName}`, fd, SIOCETHTOOL, call);
  }
}
