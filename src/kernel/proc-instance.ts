/**
 * Which procfs sysctls are written through.
 *
 * The kernel remembers every file that was looked up below /proc/sys/net, and there the same name is another file in
 * each netns: the names of all namespaces end up in one hash chain, and the thousandth netns walks past
 * 999 others at each step of the path. Each instance of procfs remembers for itself, so after some
 * namespaces a new one takes over; it is mounted nowhere.
 */
import { closeDescriptor, type LibcFunction, libcFunction } from "./libc.ts";

// linux/mount.h
const FSOPEN_CLOEXEC = 1;
const FSCONFIG_CMD_CREATE = 6;
const FSMOUNT_CLOEXEC = 1;
// fcntl.h, asm-generic
const AT_FDCWD = -100;
const O_PATH_DIRECTORY_CLOEXEC = 0o12_200_000;

/** A lab of a few machines never needs a second instance, and the chains stay short. */
const VISITS = 64;

const open: LibcFunction<[folder: number, path: string, flags: number]> = libcFunction(
  "int openat(int dirfd, const char *path, int flags)",
);
const fsopen: LibcFunction<[type: string, flags: number]> = libcFunction(
  "int fsopen(const char *fsname, uint flags)",
);
const fsconfig: LibcFunction<[fd: number, command: number, key: null, value: null, aux: number]> =
  libcFunction("int fsconfig(int fd, uint cmd, const char *key, const void *value, int aux)");
const fsmount: LibcFunction<[fd: number, flags: number, attributes: number]> = libcFunction(
  "int fsmount(int fd, uint flags, uint attr_flags)",
);

let instance: number | undefined;
let visits = 0;

/** A descriptor of a procfs's root, for one visit to one netns. Stays ours. */
export function procForVisit(): number {
  visits++;
  instance ??= openMounted();
  if (visits % VISITS === 0) {
    const next = openNew();
    if (next !== undefined) {
      closeDescriptor(instance);
      instance = next;
    }
  }
  return instance;
}

function openMounted(): number {
  return open("open /proc", AT_FDCWD, "/proc", O_PATH_DIRECTORY_CLOEXEC);
}

/** Undefined where the kernel refuses it, as in containers that hide parts of /proc. */
function openNew(): number | undefined {
  const context = fsopen.raw("proc", FSOPEN_CLOEXEC);
  if (context < 0) return undefined;
  try {
    if (fsconfig.raw(context, FSCONFIG_CMD_CREATE, null, null, 0) < 0) return undefined;
    const fd = fsmount.raw(context, FSMOUNT_CLOEXEC, 0);
    return fd < 0 ? undefined : fd;
  } finally {
    closeDescriptor(context);
  }
}
