/**
 * Archives in cpio's "newc" format, which the kernel unpacks as its first file system
 * (Documentation/driver-api/early-userspace/buffer-format.rst).
 */

export interface ArchiveEntry {
  /** Without a leading slash. */
  readonly name: string;
  /** Type and permissions, as in `stat`. */
  readonly mode: number;
  /** Of a file; of a symbolic link, where it leads. */
  readonly data?: Uint8Array;
}

const MAGIC = "070701";
/** Names and data both start at a multiple of this. */
const ALIGNMENT = 4;
const HEADER_BYTES = 110;

export function directory(name: string): ArchiveEntry {
  return { name, mode: 0o040755 };
}

export function executable(name: string, data: Uint8Array): ArchiveEntry {
  return { name, mode: 0o100755, data };
}

export function plainFile(name: string, data: Uint8Array): ArchiveEntry {
  return { name, mode: 0o100644, data };
}

/** Folders must come before what is in them. Everything belongs to root. */
export function cpioArchive(entries: readonly ArchiveEntry[]): Buffer {
  const trailer: ArchiveEntry = { name: "TRAILER!!!", mode: 0 };
  return Buffer.concat([...entries, trailer].flatMap(encode));
}

function encode({ name, mode, data = new Uint8Array() }: ArchiveEntry, index: number): Buffer[] {
  const nameBytes = Buffer.from(`${name}\0`);
  const fields = [
    index + 1, // inode
    mode,
    0, // uid
    0, // gid
    1, // links
    0, // modified
    data.length,
    0, // device, major and minor
    0,
    0, // device that a special file stands for
    0,
    nameBytes.length,
    0, // checksum, which newc leaves out
  ];
  const header = Buffer.from(MAGIC + fields.map(eightDigits).join(""), "latin1");
  return [
    header,
    nameBytes,
    padding(HEADER_BYTES + nameBytes.length),
    Buffer.from(data),
    padding(data.length),
  ];
}

function eightDigits(value: number): string {
  return value.toString(16).padStart(8, "0");
}

function padding(length: number): Buffer {
  return Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);
}
