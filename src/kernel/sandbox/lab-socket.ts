/**
 * A lab's control socket: a unix socket with an abstract name, which is no
 * file, so that nothing is left behind whatever dies. The kernel gives a name to one socket at a
 * time, which makes it the lab's lock, and lists all names in /proc/net/unix, which makes
 * that the list of running labs.
 */
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";

/** Length of sun_path in struct sockaddr_un, linux/un.h. */
const UNIX_PATH_MAX = 108;
/** `__SO_ACCEPTCON` in the flags column: the socket listens. linux/net.h */
const LISTENING = "00010000";
/** The kernel prints every NUL of an abstract name as `@`, also those that fill it up. */
const ROW = /^\S+ \S+ \S+ (?<flags>\S+) \S+ \S+ +\d+ @podwire\/(?<uid>\d+)\/(?<name>[^@]+)@*$/;

export interface RunningLab {
  readonly name: string;
  /** Whose it is. */
  readonly uid: number;
}

/**
 * The control socket of a user's lab, as node:net and node:http take a path.
 *
 * Filled with NULs to the full length, because they count: libuv up to 1.46 binds all 108 bytes, later
 * ones only those given. So by hand: `socat - ABSTRACT-CONNECT:podwire/0/NAME,unix-tightsocklen=0`.
 */
export function labSocketPath({ uid, name }: RunningLab): string {
  return `\0podwire/${uid}/${name}`.padEnd(UNIX_PATH_MAX, "\0");
}

/** The labs that run on this host, of all users, in order of name. */
export function listLabs(): readonly RunningLab[] {
  return parseUnixSockets(readFileSync("/proc/net/unix", "utf8"));
}

/** The labs among the sockets of /proc/net/unix. */
export function parseUnixSockets(table: string): readonly RunningLab[] {
  return table
    .split("\n")
    .map((row) => ROW.exec(row)?.groups)
    .flatMap((groups) =>
      groups?.["flags"] === LISTENING && groups["name"] !== undefined
        ? [{ name: groups["name"], uid: Number(groups["uid"]) }]
        : [],
    )
    .sort((a, b) => a.name.localeCompare(b.name, "en") || a.uid - b.uid);
}

/** A connection to a lab's control socket; it may still fail, with the event `error`. */
export function connectLab(lab: RunningLab): Socket {
  return connect(labSocketPath(lab));
}
