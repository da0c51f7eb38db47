import type { Upgrade } from "../http/upgrade.ts";

/** Answers the client's request: from the next byte on it is SPDY. */
export function acceptSpdy({ socket }: Upgrade, protocol: string): void {
  socket.write(
    [
      "HTTP/1.1 101 Switching Protocols",
      "Connection: Upgrade",
      "Upgrade: SPDY/3.1",
      `X-Stream-Protocol-Version: ${protocol}`,
      "",
      "",
    ].join("\r\n"),
  );
  // What is typed is to be seen at once.
  socket.setNoDelay(true);
}
