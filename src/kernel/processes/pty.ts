/**
 * A pseudo-terminal: the master is ours, and the slave becomes a program's standard streams.
 *
 * Node can wait for neither end: a terminal that it opens itself it would write to blocking, and a program that does
 * not read would hold up everything. So the master is non-blocking, and waited for as packet sockets are.
 *
 * @see pty(7), ioctl_tty(2)
 */
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { Duplex } from "node:stream";
import { closeOnExec, duplicate } from "../descriptor.ts";
import { EAGAIN, EIO } from "../errno.ts";
import { type LibcFunction, libcFunction } from "../libc.ts";
import { SocketReadiness } from "../sockets/socket-readiness.ts";

// asm-generic/fcntl.h, asm-generic/ioctls.h
const O_NONBLOCK = 0o4000;
const TIOCSWINSZ = 0x5414;
/** As long as a path below /dev/pts gets. */
const NAME_BYTES = 64;
const CHUNK_BYTES = 65_536;

const posix_openpt: LibcFunction<[flags: number]> = libcFunction("int posix_openpt(int flags)");
const grantpt: LibcFunction<[fd: number]> = libcFunction("int grantpt(int fd)");
const unlockpt: LibcFunction<[fd: number]> = libcFunction("int unlockpt(int fd)");
const ptsname_r: LibcFunction<[fd: number, name: Uint8Array, size: number]> = libcFunction(
  "int ptsname_r(int fd, void *name, size_t size)",
);
const ioctl: LibcFunction<[fd: number, request: number, size: Uint8Array]> = libcFunction(
  "int ioctl(int fd, unsigned long request, void *size)",
);

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What a person who sits at the terminal has: what is written is typed, what is read is shown. Ends when no program
 * has the terminal open any more; destroying it hangs up, which programs get as SIGHUP.
 */
export class PtyMaster extends Duplex {
  readonly #fd: number;
  /** libuv waits for one thing on a descriptor, and we may wait for both. */
  readonly #writingFd: number;
  #reading: SocketReadiness | undefined;
  #writing: SocketReadiness | undefined;
  #wantsMore = false;
  #pending: { readonly bytes: Buffer; readonly done: (error?: Error | null) => void } | undefined;

  constructor(fd: number) {
    super({ allowHalfOpen: true });
    this.#fd = fd;
    this.#writingFd = duplicate(fd);
  }

  /** `stty cols $columns rows $rows`; a program in the foreground gets SIGWINCH. */
  resize({ columns, rows }: TerminalSize): void {
    if (this.destroyed) return;
    // struct winsize: rows, columns, and pixels that nobody knows.
    const size = Uint8Array.from(new Uint8Array(Uint16Array.of(rows, columns, 0, 0).buffer));
    ioctl("set the size of a terminal", this.#fd, TIOCSWINSZ, size);
  }

  override _read(): void {
    this.#wantsMore = true;
    this.#reading ??= new SocketReadiness(this.#fd, "readable", () => this.#readAll());
  }

  override _write(
    chunk: Buffer,
    _encoding: BufferEncoding,
    done: (error?: Error | null) => void,
  ): void {
    this.#pending = { bytes: chunk, done };
    this.#writeAll();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#stopReading();
    this.#stopWriting();
    closeSync(this.#writingFd);
    closeSync(this.#fd);
    done(error);
  }

  #readAll(): void {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    while (this.#wantsMore) {
      const length = attempt(() => readSync(this.#fd, buffer));
      if (length === "later") return;
      // EIO: the last program has closed it.
      if (length === 0 || length === "hung up") {
        this.#stopReading();
        this.push(null);
        return;
      }
      this.#wantsMore = this.push(Buffer.from(buffer.subarray(0, length)));
    }
    this.#stopReading();
  }

  #writeAll(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    let { bytes } = pending;
    while (bytes.byteLength > 0) {
      const rest = bytes;
      const length = attempt(() => writeSync(this.#writingFd, rest));
      if (length === "later") {
        this.#pending = { ...pending, bytes };
        this.#writing ??= new SocketReadiness(this.#writingFd, "writable", () => this.#writeAll());
        return;
      }
      // There is nobody to read it any more, and the reading side says so.
      if (length === "hung up") break;
      bytes = bytes.subarray(length);
    }
    this.#pending = undefined;
    this.#stopWriting();
    pending.done();
  }

  #stopReading(): void {
    this.#reading?.[Symbol.dispose]();
    this.#reading = undefined;
  }

  #stopWriting(): void {
    this.#writing?.[Symbol.dispose]();
    this.#writing = undefined;
  }
}

export interface Pty {
  readonly master: PtyMaster;
  /** To hand to the program as its standard streams; close it once the program has started. */
  readonly slaveFd: number;
}

/** A new terminal, 80 columns by 24 rows. @throws KernelError when the machine has no more of them. */
export function openPty(): Pty {
  const operation = "open a terminal";
  const fd = posix_openpt(operation, constants.O_RDWR | constants.O_NOCTTY | O_NONBLOCK);
  closeOnExec(fd);
  try {
    grantpt(operation, fd);
    unlockpt(operation, fd);
    const name = new Uint8Array(NAME_BYTES);
    ptsname_r(operation, fd, name, NAME_BYTES);
    const slaveFd = openSync(
      Buffer.from(name.subarray(0, name.indexOf(0))),
      constants.O_RDWR | constants.O_NOCTTY,
    );
    const master = new PtyMaster(fd);
    master.resize({ columns: 80, rows: 24 });
    return { master, slaveFd };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function attempt(work: () => number): number | "later" | "hung up" {
  try {
    return work();
  } catch (error) {
    // libuv negates the errno.
    const errno = error instanceof Error && "errno" in error ? -Number(error.errno) : 0;
    if (errno === EAGAIN) return "later";
    if (errno === EIO) return "hung up";
    throw error;
  }
}
