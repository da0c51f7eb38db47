/** Flags and numbers of descriptors, which Node has no functions for. */
import { type LibcFunction, libcFunction } from "./libc.ts";

// fcntl.h
const F_SETFD = 2;
const FD_CLOEXEC = 1;
const F_DUPFD_CLOEXEC = 1030;

const fcntl: LibcFunction<[fd: number, command: number, argument: number]> = libcFunction(
  "int fcntl(int fd, int command, int argument)",
);
const dup2: LibcFunction<[from: number, to: number]> = libcFunction("int dup2(int from, int to)");
const close: LibcFunction<[fd: number]> = libcFunction("int close(int fd)");

/** Keeps a descriptor that was handed down from being handed on. */
export function closeOnExec(fd: number): void {
  fcntl(`keep descriptor ${fd} from being inherited`, fd, F_SETFD, FD_CLOEXEC);
}

/** A second descriptor of the same open file, not inherited; the caller closes it. */
export function duplicate(fd: number): number {
  return fcntl(`duplicate descriptor ${fd}`, fd, F_DUPFD_CLOEXEC, 0);
}

/** `exec $to>&$from-`: what `to` was is closed. The new one is inherited by child processes. */
export function moveDescriptor(from: number, to: number): void {
  dup2(`move descriptor ${from} to ${to}`, from, to);
  close(`close descriptor ${from}`, from);
}
