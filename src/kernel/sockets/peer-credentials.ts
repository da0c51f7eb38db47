import { getOption, SOL_SOCKET } from "./socket.ts";

const SO_PEERCRED = 17;

/** Who was at the other end of a Unix socket when it connected. */
export interface PeerCredentials {
  /** 0 when the peer is in a PID namespace that we cannot see into. */
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

/**
 * `struct ucred`: three ints. `fd` is a connected Unix stream socket, and stays its owner's.
 *
 * @throws KernelError
 */
export function peerCredentials(fd: number): PeerCredentials {
  const view = new DataView(
    getOption("read a peer's credentials", fd, [SOL_SOCKET, SO_PEERCRED], 12).buffer,
  );
  return {
    pid: view.getInt32(0, true),
    uid: view.getUint32(4, true),
    gid: view.getUint32(8, true),
  };
}
