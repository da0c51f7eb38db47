import { fstatSync, readSync, writeSync } from "node:fs";
import { closeDescriptor, type LibcFunction, libcFunction } from "./libc.ts";

// linux/memfd.h
const MFD_CLOEXEC = 1;

const memfdCreate: LibcFunction<[name: string, flags: number]> = libcFunction(
  "int memfd_create(const char *name, uint flags)",
);

/** A file that is nowhere but in memory: a program's input or output that nobody has to pump. See memfd_create(2). */
export class MemoryFile implements Disposable {
  readonly fd: number;

  private constructor(fd: number) {
    this.fd = fd;
  }

  /** Whoever reads its descriptor begins at the start. */
  static create(content: string = ""): MemoryFile {
    // biome-ignore lint/nursery/useDisposables: the caller's to dispose of.
    const file = new MemoryFile(memfdCreate("make a file in memory", "podwire", MFD_CLOEXEC));
    const bytes = Buffer.from(content);
    for (let at = 0; at < bytes.byteLength; ) {
      at += writeSync(file.fd, bytes, at, bytes.byteLength - at, at);
    }
    return file;
  }

  /** All of it, wherever its reader or writer is. */
  text(): string {
    const bytes = Buffer.alloc(fstatSync(this.fd).size);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.byteLength; length += read) {
      read = readSync(this.fd, bytes, length, bytes.byteLength - length, length);
    }
    return bytes.toString("utf8", 0, length);
  }

  [Symbol.dispose](): void {
    closeDescriptor(this.fd);
  }
}
