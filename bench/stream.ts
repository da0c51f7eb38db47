/**
 * One TCP stream, as fast as it goes: `node dist/bench/stream.js serve` sends to whoever connects; `… ADDRESS MS` receives for so long and
 * prints bytes a second. What comes first is not counted: the windows of a new connection are still opening.
 */
import { connect, createServer, type Socket } from "node:net";

const PORT = 5201;
const CHUNK = Buffer.alloc(256 * 1024);
const WARM_UP_MS = 300;

function serve(): void {
  const server = createServer((socket) => {
    const fill = (): void => {
      while (socket.writable && socket.write(CHUNK));
    };
    socket.on("drain", fill);
    // Whoever has seen enough hangs up.
    socket.on("error", () => socket.destroy());
    fill();
  });
  server.listen(PORT);
}

/** Resolves with bytes a second. */
function receive(host: string, forMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let countedFromMs = 0;
    let bytes = 0;
    const startedAtMs = performance.now();
    const socket: Socket = connect({
      host,
      port: PORT,
      onread: {
        buffer: CHUNK,
        callback: (count) => {
          const nowMs = performance.now();
          if (countedFromMs === 0) {
            if (nowMs - startedAtMs >= WARM_UP_MS) countedFromMs = nowMs;
            return true;
          }
          bytes += count;
          const elapsedMs = nowMs - countedFromMs;
          if (elapsedMs < forMs) return true;
          socket.destroy();
          resolve((bytes / elapsedMs) * 1_000);
          return false;
        },
      },
    });
    socket.on("error", reject);
  });
}

const [role = "", ms = ""] = process.argv.slice(2);
if (role === "serve") serve();
else process.stdout.write(`${await receive(role, Number(ms))}\n`);
