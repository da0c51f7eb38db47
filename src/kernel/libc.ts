/**
 * The C library, called in-process. This is the only file that names koffi's
 * loader: others declare the functions they need through {@link libcFunction},
 * with the prototype as the man page writes it.
 *
 * Calls are synchronous and run on the calling thread, which is what setns(2)
 * and unshare(2) need: they move that thread only.
 */
import koffi from "koffi";
import { KernelError } from "../base/podwire-error.ts";
import { errnoMeaning, errnoName } from "./errno.ts";

/** What a C argument may be: an integer, a string (NUL is added), a buffer passed by address, NULL, or an array of strings. */
export type CArgument = number | bigint | string | Uint8Array | null | readonly (string | null)[];

export interface LibcFunction<Arguments extends readonly CArgument[]> {
  /**
   * Calls it; `operation` is what the reader of an error is told was going on,
   * e.g. `enter netns node01`.
   *
   * @throws KernelError when the function returns -1.
   */
  (operation: string, ...arguments_: Arguments): number;
  /** Calls it as the kernel itself answers: the result, or the errno negated (`-EAGAIN`). Never throws. */
  readonly raw: (...arguments_: Arguments) => number;
}

const libc = koffi.load("libc.so.6");

/**
 * Declares a libc function that returns -1 and sets errno when it fails.
 *
 *     const setns = libcFunction<[fd: number, type: number]>("int setns(int fd, int nstype)");
 *     setns(`enter netns ${name}`, fd, CLONE_NEWNET);
 *
 * `size_t` is known, `ssize_t` is written `long`. Buffers may be views into a
 * larger array; the callee sees the view's first byte.
 */
export function libcFunction<Arguments extends readonly CArgument[]>(
  prototype: string,
): LibcFunction<Arguments> {
  const call = libc.func(prototype);
  const raw = (...arguments_: Arguments): number => {
    // All functions declared here return an int or a long, which koffi makes a number.
    const result = call(...arguments_) as number;
    return result === -1 ? -koffi.errno() : result;
  };
  const checked = (operation: string, ...arguments_: Arguments): number =>
    orThrow(raw(...arguments_), operation);
  return Object.assign(checked, { raw });
}

const close = libcFunction<[fd: number]>("int close(int fd)");

/**
 * Closes a descriptor that a function declared here opened. One from `node:fs` is closed by `node:fs`: in
 * a worker thread Node keeps count of its own, and warns about others.
 */
export function closeDescriptor(fd: number): void {
  close(`close descriptor ${fd}`, fd);
}

/** Passes a result of {@link LibcFunction.raw} on, or throws what its errno says. */
export function orThrow(result: number, operation: string): number {
  if (result < 0) throw kernelError(operation, -result);
  return result;
}

/** `errno` is positive. `RTM_NEWLINK veth0 in netns node01: EEXIST (file exists)`. */
export function kernelError(operation: string, errno: number, extack?: string): KernelError {
  return new KernelError(operation, errnoName(errno), {
    errno,
    extack,
    meaning: errnoMeaning(errno),
  });
}

/** An error of Node's own file functions as a {@link KernelError}; anything else as it is. */
export function systemError(operation: string, error: unknown): unknown {
  if (!(error instanceof Error) || !("errno" in error) || typeof error.errno !== "number") {
    return error;
  }
  // libuv negates the errno.
  return kernelError(operation, -error.errno);
}
