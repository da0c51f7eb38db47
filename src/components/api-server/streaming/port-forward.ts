/**
 * Port-forward on SPDY: for every connection that somebody makes to kubectl there are two streams with one `requestid`,
 * `data` for its bytes and `error` for what went wrong.
 */
import type { Duplex } from "node:stream";
import type { Pod } from "../../../api/objects/pod.ts";
import type { PodRuntime } from "./pod-runtime.ts";
import { SpdyConnection, type SpdyStream } from "./spdy-connection.ts";

interface Pair {
  readonly data?: SpdyStream;
  readonly error?: SpdyStream;
}

export interface PortForwardOptions {
  readonly transport: Duplex;
  readonly head: Uint8Array;
  readonly pod: Pod;
  readonly connect: PodRuntime["connect"];
}

/** Resolves when the client has gone. */
export async function servePortForward(options: PortForwardOptions): Promise<void> {
  const { transport, head } = options;
  const gone = new AbortController();
  const pairs = new Map<string, Pair>();
  const connection = new SpdyConnection({
    transport,
    head,
    onStream: (stream) => {
      const id = stream.header("requestid");
      const type = stream.header("streamtype") === "error" ? "error" : "data";
      const pair = { ...pairs.get(id), [type]: stream };
      const { data, error } = pair;
      if (data === undefined || error === undefined) {
        pairs.set(id, pair);
        stream.once("close", () => pairs.delete(id));
        return;
      }
      pairs.delete(id);
      // Its own errors are the stream's to tell.
      forward({ data, error }, options, gone.signal).catch(() => undefined);
    },
  });
  await connection.closed;
  gone.abort();
}

async function forward(
  { data, error }: Required<Pair>,
  { pod, connect }: PortForwardOptions,
  signal: AbortSignal,
): Promise<void> {
  const port = Number(data.header("port"));
  try {
    const target = await connect(pod, port, signal);
    await join(data, target);
    error.end();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const { name, uid = "" } = pod.metadata;
    error.end(`error forwarding port ${port} to pod ${name}, uid ${uid}: ${why}`);
    data.end();
  }
  // Nobody writes it from over there.
  error.resume();
}

/** Resolves when both directions have ended; each may end by itself. */
function join(client: Duplex, pod: Duplex): Promise<void> {
  return new Promise((resolve) => {
    let open = 2;
    const closed = (self: Duplex, other: Duplex) => (): void => {
      // Broken, it takes the other along; ended in good order it lets the other send what it still has.
      if (!(self.readableEnded && self.writableFinished)) other.destroy();
      open--;
      if (open === 0) resolve();
    };
    pod.on("error", () => undefined);
    client.once("close", closed(client, pod));
    pod.once("close", closed(pod, client));
    client.pipe(pod);
    pod.pipe(client);
  });
}
