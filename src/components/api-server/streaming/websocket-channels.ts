/**
 * Exec and attach on a WebSocket: the first byte of a message is the channel.
 *
 *    0 stdin   1 stdout   2 stderr   3 error (how it ended)   4 resize   255 the channel in the next byte is closed
 *
 * The last one is v5's: before it a client could not end its standard input.
 */
import { Readable, Writable } from "node:stream";
import type { WebSocket } from "ws";
import type { TerminalSize } from "./pod-runtime.ts";
import { parseTerminalSizes, type RemoteChannels, type WantedChannels } from "./remote-channels.ts";
import { bytesOf } from "./websocket.ts";

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;
const CLOSE = 255;
const NORMAL_CLOSURE = 1000;

export function openWebSocketChannels(
  webSocket: WebSocket,
  wanted: WantedChannels,
): RemoteChannels {
  const stdin = wanted.stdin ? new Readable({ read: () => webSocket.resume() }) : undefined;
  let last: TerminalSize | undefined;
  let tell = (size: TerminalSize): void => {
    last = size;
  };
  webSocket.on("message", (data) => {
    const message = bytesOf(data);
    const payload = message.subarray(1);
    if (message[0] === RESIZE) {
      for (const size of parseTerminalSizes(payload.toString("utf8"))) tell(size);
    } else if (message[0] === STDIN && payload.byteLength > 0) {
      if (stdin?.push(payload) === false) webSocket.pause();
    } else if (message[0] === CLOSE && payload[0] === STDIN) stdin?.push(null);
  });
  const closed = new Promise<void>((resolve) => {
    webSocket.on("close", () => {
      stdin?.push(null);
      resolve();
    });
  });
  const stdout = wanted.stdout ? channel(webSocket, STDOUT) : undefined;
  const stderr = wanted.stderr ? channel(webSocket, STDERR) : undefined;
  // As the real server does it, so that a client knows that it may begin.
  webSocket.send(Uint8Array.of(wanted.stdout ? STDOUT : wanted.stderr ? STDERR : ERROR));
  return {
    stdin,
    stdout,
    stderr,
    closed,
    onResize: (listener) => {
      tell = listener;
      if (last !== undefined) listener(last);
    },
    finish: async (status) => {
      const text = Buffer.from(JSON.stringify(status));
      await new Promise<void>((resolve) => {
        webSocket.send(Buffer.concat([Uint8Array.of(ERROR), text]), () => resolve());
      });
      webSocket.close(NORMAL_CLOSURE);
    },
  };
}

/** Takes the next piece when the one before it has left for the client. */
function channel(webSocket: WebSocket, number: number): Writable {
  const prefix = Uint8Array.of(number);
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => webSocket.send(Buffer.concat([prefix, chunk]), done),
  }).on("error", () => undefined);
}
