import {
  type IncomingHttpHeaders,
  performServerHandshake,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { answerGrpc, grpcContentType } from "./grpc-health.ts";
import { answerHttp } from "./netexec.ts";
import { probeHeader } from "./probe-token.ts";
import { bearWitness, endsOf, type Serving, sayWhoAsked } from "./serving.ts";

/** Serves HTTP/2 without TLS: gRPC health checks, and what HTTP/1 has as well. */
export function speakHttp2(socket: Socket, serving: Serving): void {
  const ends = endsOf(socket);
  const session = performServerHandshake(socket);
  // A client that breaks the protocol loses its connection, and that is all.
  session.on("error", () => undefined);
  session.on("stream", (stream, headers) => {
    stream.on("error", () => undefined);
    const id = headers[probeHeader];
    if (typeof id === "string") bearWitness(serving, "http", [id], ends);
    sayWhoAsked(serving, `${headers[":method"]} ${headers[":path"]}`, ends.source);
    stream.on("end", () => {
      if (headers["content-type"]?.startsWith(grpcContentType)) replyGrpc(stream, headers);
      else reply(stream, headers, serving, ends.source);
    });
    stream.resume();
  });
}

function replyGrpc(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  const { grpcStatus, grpcMessage, data } = answerGrpc(headers[":path"] ?? "");
  const trailers = {
    "grpc-status": String(grpcStatus),
    ...(grpcMessage !== undefined && { "grpc-message": grpcMessage }),
  };
  const head = { ":status": 200, "content-type": grpcContentType };
  if (data === undefined) {
    stream.respond({ ...head, ...trailers }, { endStream: true });
    return;
  }
  stream.respond(head, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.end(data);
}

function reply(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  { identity, port, now, exit }: Serving,
  client: { readonly address: string; readonly port: number },
): void {
  const answer = answerHttp({
    target: headers[":path"] ?? "/",
    headers: Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith(":") || value === undefined ? [] : [[name, String(value)] as const],
    ),
    client,
    serverPort: port,
    hostname: identity.hostname,
    nowMs: now(),
  });
  if (answer.type === "exit") {
    exit(answer.exitCode);
    return;
  }
  stream.respond({
    ":status": answer.status,
    "content-type": "text/plain; charset=utf-8",
    ...(answer.location !== undefined && { location: answer.location }),
  });
  stream.end(answer.body);
}
