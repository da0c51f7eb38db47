/**
 * What is inside a kernel image as distributions ship it: a small program that unpacks the kernel
 * proper, and that kernel, compressed. Unpacked here once, so that an emulated processor need not do
 * it at every start: it takes seconds of them.
 *
 * Documentation/arch/x86/boot.rst, "The Real-Mode Kernel Header".
 */
import { HostError } from "../../src/base/podwire-error.ts";

const SETUP_SECTORS = 0x1f1;
const SIGNATURE = 0x202;
const VERSION_POINTER = 0x20e;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const SECTOR_BYTES = 512;
/** What a header means that says nothing. */
const OLDEST_SETUP_SECTORS = 4;
/** The uncompressed length, which the build appends to every payload but gzip's. */
const LENGTH_BYTES = 4;

export type Compression = "gzip" | "xz" | "zstd";

/** How each format begins. */
const magics: ReadonlyArray<readonly [Compression, readonly number[]]> = [
  ["gzip", [0x1f, 0x8b]],
  ["xz", [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

export interface KernelImage {
  /** As `uname -r` says it, and as the modules' folder is called. */
  readonly release: string;
  /** Undefined when the kernel proper is compressed in a way that is not known here. */
  readonly payload: { readonly compression: Compression; readonly data: Buffer } | undefined;
}

/** @throws HostError when these bytes are no kernel for x86. */
export function parseKernelImage(image: Buffer): KernelImage {
  if (
    image.length < PAYLOAD_LENGTH + 4 ||
    image.toString("latin1", SIGNATURE, SIGNATURE + 4) !== "HdrS"
  ) {
    throw new HostError("HOST_FEATURE", "it is no kernel image for x86: it has no HdrS header");
  }
  return { release: releaseOf(image), payload: payloadOf(image) };
}

/** `6.1.0-56-amd64 (debian-kernel@lists.debian.org) #1 SMP …`, up to the first space. */
function releaseOf(image: Buffer): string {
  const start = image.readUInt16LE(VERSION_POINTER) + SECTOR_BYTES;
  const end = image.indexOf(0, start);
  return image.toString("latin1", start, end).split(" ")[0] ?? "";
}

function payloadOf(image: Buffer): KernelImage["payload"] {
  const sectors = image.readUInt8(SETUP_SECTORS) || OLDEST_SETUP_SECTORS;
  const start = (sectors + 1) * SECTOR_BYTES + image.readUInt32LE(PAYLOAD_OFFSET);
  const data = image.subarray(start, start + image.readUInt32LE(PAYLOAD_LENGTH));
  const found = magics.find(([, magic]) => magic.every((byte, i) => data[i] === byte));
  if (found === undefined) return undefined;
  const [compression] = found;
  return {
    compression,
    data: compression === "gzip" ? data : data.subarray(0, data.length - LENGTH_BYTES),
  };
}
