import { closeSync } from "node:fs";
import { type LibcFunction, libcFunction } from "../libc.ts";

// linux/socket.h, linux/sockios.h, linux/if.h
const AF_INET = 2;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2_000_000;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const IFF_UP = 1;
/** struct ifreq: a name of 16 bytes, and a union of 24 that begins with the flags. */
const IFREQ_BYTES = 40;
const IFREQ_FLAGS = 16;

const socket: LibcFunction<[family: number, type: number, protocol: number]> = libcFunction(
  "int socket(int family, int type, int protocol)",
);
const ioctl: LibcFunction<[fd: number, request: number, argument: Uint8Array]> = libcFunction(
  "int ioctl(int fd, unsigned long request, void *argument)",
);

/**
 * Equivalent to: `ip link set lo up`, in the netns of the calling thread. By ioctl,
 * because this one thing is needed before anything that speaks rtnetlink is there.
 */
export function setLoopbackUp(): void {
  const fd = socket("bring lo up", AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  try {
    const request = Buffer.alloc(IFREQ_BYTES);
    request.write("lo", "ascii");
    ioctl("read the flags of lo", fd, SIOCGIFFLAGS, request);
    request.writeUInt16LE(request.readUInt16LE(IFREQ_FLAGS) | IFF_UP, IFREQ_FLAGS);
    ioctl("bring lo up", fd, SIOCSIFFLAGS, request);
  } finally {
    closeSync(fd);
  }
}
