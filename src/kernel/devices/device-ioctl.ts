/**
 * What ioctl(2) can ask of a device by its name. Any socket of the device's netns will do, also a netlink one.
 *
 *     struct ifreq { char name[16]; union { int ifindex; void *data; … } }   // 40 bytes, linux/if.h
 */
import { ENODEV } from "../errno.ts";
import { type LibcFunction, libcFunction, orThrow } from "../libc.ts";

const SIOCGIFFLAGS = 0x8913n;
const SIOCGIFINDEX = 0x8933n;
const IFF_RUNNING = 0x40;
export const IFREQ_BYTES = 40;
/** IFNAMSIZ, which counts the NUL. */
export const NAME_BYTES = 16;

/** A socket by which devices of one netns are reached. */
export interface DeviceSocket {
  readonly fd: number;
  /** For errors. */
  readonly netnsName: string;
}

export const ioctl: LibcFunction<[fd: number, request: bigint, argument: Uint8Array]> =
  libcFunction("int ioctl(int fd, unsigned long request, void *argument)");

const request = new Uint8Array(IFREQ_BYTES);
const view = new DataView(request.buffer);

/**
 * The number of a device; undefined when there is none of that name. A tenth of what RTM_GETLINK costs, which
 * answers with all there is to know.
 *
 * Equivalent to: `cat /sys/class/net/$name/ifindex`
 *
 * @throws KernelError
 */
export function deviceIndex({ fd, netnsName }: DeviceSocket, name: string): number | undefined {
  writeName(request, name);
  const result = ioctl.raw(fd, SIOCGIFINDEX, request);
  if (result === -ENODEV) return undefined;
  orThrow(result, `find device ${name} in netns ${netnsName}`);
  return view.getInt32(NAME_BYTES, true);
}

/**
 * Whether a device is up and has a carrier, as far as the kernel knows. Of a device that is not there: no.
 *
 * Equivalent to: `ip link show $name`, and the word LOWER_UP in it
 *
 * @throws KernelError
 */
export function deviceRuns({ fd, netnsName }: DeviceSocket, name: string): boolean {
  writeName(request, name);
  const result = ioctl.raw(fd, SIOCGIFFLAGS, request);
  if (result === -ENODEV) return false;
  orThrow(result, `look at device ${name} in netns ${netnsName}`);
  return (view.getUint16(NAME_BYTES, true) & IFF_RUNNING) !== 0;
}

/** A name that is too long is cut, and then nothing has it. */
export function writeName(ifreq: Uint8Array, name: string): void {
  ifreq.fill(0, 0, NAME_BYTES);
  new TextEncoder().encodeInto(name, ifreq.subarray(0, NAME_BYTES - 1));
}
