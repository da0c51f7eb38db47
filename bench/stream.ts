/**
 * One TCP stream, as fast as it goes: `node dist/bench/stream.js serve 5201` sends to whoever connects.
 *
 * `… receive '{"host":"10.244.1.2","port":5201,"beginMs":…,"whose":"first","pairs":12}'` receives in turns with another of its kind, whose stream takes
 * other wires, and prints what came in each of its turns, in bytes a second, as a JSON array. Who has not its turn reads nothing, so the other end soon may send no more.
 */
import { connect, createServer, type Socket } from "node:net";
import { COUNTED_MS, momentAt, monotonicMs, untilNextTurn, type Whose } from "./turns.ts";

/** What a receiver is told. */
export interface Reception {
  readonly host: string;
  readonly port: number;
  /** When the first turn begins, by the monotonic clock. */
  readonly beginMs: number;
  readonly whose: Whose;
  readonly pairs: number;
}

const CHUNK = Buffer.alloc(256 * 1024);

function serve(port: number): void {
  const server = createServer((socket) => {
    const fill = (): void => {
      while (socket.writable && socket.write(CHUNK));
    };
    socket.on("drain", fill);
    // Whoever has seen enough hangs up.
    socket.on("error", () => socket.destroy());
    fill();
  });
  server.listen(port, () => process.stdout.write("listening\n"));
}

/** Bytes a second by pair. */
function receive({ host, port, beginMs, whose, pairs }: Reception): Promise<number[]> {
  const received = Array.from({ length: pairs }, () => 0);
  return new Promise((resolve, reject) => {
    const onChunk = (bytes: number): boolean => {
      const elapsedMs = monotonicMs() - beginMs;
      const { pair, whose: whoseNow, counts } = momentAt(elapsedMs);
      if (pair >= pairs) {
        socket.destroy();
        resolve(received.map((total) => (total / COUNTED_MS) * 1_000));
        return false;
      }
      if (elapsedMs < 0 || whoseNow !== whose) {
        setTimeout(() => socket.resume(), untilNextTurn(elapsedMs, whose));
        return false;
      }
      if (counts) received[pair] = (received[pair] ?? 0) + bytes;
      return true;
    };
    const onread = { buffer: CHUNK, callback: onChunk };
    const socket: Socket = connect({ host, port, onread });
    socket.on("error", reject);
  });
}

const [role, what = ""] = process.argv.slice(2);
if (role === "serve") serve(Number(what));
else process.stdout.write(`${JSON.stringify(await receive(JSON.parse(what) as Reception))}\n`);
