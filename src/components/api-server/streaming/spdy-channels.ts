/** Exec and attach on SPDY: each channel is a stream whose header `streamtype` names it. */
import type { Duplex } from "node:stream";
import { ApiError } from "../../../api/errors/api-error.ts";
import { Deadline } from "../../../base/deadline.ts";
import type { ChannelProtocol } from "./channel-protocol.ts";
import type { TerminalSize } from "./pod-runtime.ts";
import {
  type CommandStatus,
  parseTerminalSizes,
  type RemoteChannels,
  type WantedChannels,
} from "./remote-channels.ts";
import { SpdyConnection, type SpdyStream } from "./spdy-connection.ts";

/** How long a client has to open all its streams: the real server's patience. */
const STREAM_CREATION_MS = 30_000;

interface SpdyTransport {
  readonly transport: Duplex;
  readonly head: Uint8Array;
  readonly protocol: ChannelProtocol;
}

/** Resolves once the client has opened every stream. @throws ApiError Timeout when it does not. */
export async function openSpdyChannels(
  { transport, head, protocol }: SpdyTransport,
  wanted: WantedChannels,
): Promise<RemoteChannels> {
  const missing = new Set(streamTypes(wanted, protocol));
  const streams = new Map<string, SpdyStream>();
  let haveAll: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    haveAll = resolve;
  });
  const connection = new SpdyConnection({
    transport,
    head,
    onStream: (stream) => {
      const type = stream.header("streamtype").toLowerCase();
      if (!missing.delete(type)) {
        stream.destroy();
        return;
      }
      streams.set(type, stream);
      if (missing.size === 0) haveAll();
    },
  });
  await waitFor(all, connection);
  const sizes = sizesFrom(streams.get("resize"));
  return {
    stdin: streams.get("stdin"),
    stdout: streams.get("stdout"),
    stderr: streams.get("stderr"),
    onResize: sizes,
    closed: connection.closed,
    finish: async (status) => {
      for (const name of ["stdout", "stderr"]) streams.get(name)?.end();
      streams.get("error")?.end(formatStatus(status, protocol));
      // Nobody writes these: to end them is to let the client close.
      for (const name of ["stdin", "resize"]) streams.get(name)?.end();
      await connection.end();
    },
  };
}

function streamTypes(
  { stdin, stdout, stderr, tty }: WantedChannels,
  protocol: ChannelProtocol,
): readonly string[] {
  const canResize = protocol === "v4.channel.k8s.io" || protocol === "v3.channel.k8s.io";
  return [
    "error",
    ...(stdin ? ["stdin"] : []),
    ...(stdout ? ["stdout"] : []),
    ...(stderr ? ["stderr"] : []),
    ...(tty && canResize ? ["resize"] : []),
  ];
}

async function waitFor(all: Promise<void>, connection: SpdyConnection): Promise<void> {
  using deadline = new Deadline(STREAM_CREATION_MS);
  const late = new Promise<never>((_, reject) => {
    const refuse = (): void => reject(new ApiError("Timeout", "Timed out waiting for streams"));
    deadline.signal.addEventListener("abort", refuse);
    connection.closed.then(refuse, refuse);
  });
  try {
    await Promise.race([all, late]);
  } catch (error) {
    connection.destroy();
    throw error;
  }
  late.catch(() => undefined);
}

/** Sizes that came before anybody listened are kept: the last one counts. */
function sizesFrom(stream: SpdyStream | undefined): RemoteChannels["onResize"] {
  let last: TerminalSize | undefined;
  let tell = (size: TerminalSize): void => {
    last = size;
  };
  stream?.setEncoding("utf8").on("data", (text: string) => {
    for (const size of parseTerminalSizes(text)) tell(size);
  });
  return (listener) => {
    tell = listener;
    if (last !== undefined) listener(last);
  };
}

/** Before v4 there was only a text, and none for success. */
function formatStatus(status: CommandStatus, protocol: ChannelProtocol): string {
  if (protocol === "v4.channel.k8s.io") return JSON.stringify(status);
  return status.status === "Success" ? "" : (status.message ?? "");
}
