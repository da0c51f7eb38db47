/**
 * The standard health check over gRPC, one unary call.
 *
 *     DATA  00 | u32 length | HealthCheckRequest{ service }     field 1, bytes
 *     DATA  00 | u32 length | HealthCheckResponse{ status }     field 1, varint
 *     trailers  grpc-status: 0
 *
 * @see grpc/grpc doc/health-checking.md
 */
import { once } from "node:events";
import { connect } from "node:http2";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";
import { formatSocketAddress } from "../../../net/ip-address.ts";
import type { ProbeTarget } from "./probe-target.ts";
import type { ProbeOutcome } from "./run-probe.ts";

type GrpcTarget = Extract<ProbeTarget, { readonly type: "grpc" }>;

const servingStatuses = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"] as const;

// Numbers of google.rpc.Code.
const OK = 0;
const UNIMPLEMENTED = 12;
const statusTag = 0x08;
const serviceTag = 0x0a;
const prefixLength = 5;

/** @throws what the connection or the call ended with. */
export async function grpcProbe(
  socket: Socket,
  { address, port, service }: GrpcTarget,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const authority = formatSocketAddress(address, port);
  const session = connect(`http://${authority}`, { createConnection: () => socket });
  try {
    const stream = session.request(
      {
        ":method": "POST",
        ":path": "/grpc.health.v1.Health/Check",
        ":authority": authority,
        "content-type": "application/grpc",
        "user-agent": "kube-probe/1.34",
        te: "trailers",
      },
      { signal },
    );
    let grpcStatus = Number.NaN;
    const note = (headers: Readonly<Record<string, unknown>>): void => {
      if (headers["grpc-status"] !== undefined) grpcStatus = Number(headers["grpc-status"]);
    };
    stream.on("response", note);
    stream.on("trailers", note);
    stream.end(encodeRequest(service));
    const failed = once(session, "error").then(([error]) => Promise.reject(error));
    const data = await Promise.race([buffer(stream), failed]);
    return judge(grpcStatus, decodeStatus(data));
  } finally {
    session.on("error", () => undefined);
    session.destroy();
  }
}

function judge(grpcStatus: number, status: number | undefined): ProbeOutcome {
  if (grpcStatus === UNIMPLEMENTED) {
    return failure(
      "error: this server does not implement the grpc health protocol (grpc.health.v1.Health)",
    );
  }
  if (grpcStatus !== OK) return failure(`error: health rpc failed with status ${grpcStatus}`);
  const name = servingStatuses[status ?? 0] ?? "UNKNOWN";
  return name === "SERVING"
    ? { answer: "success", message: "" }
    : failure(`service unhealthy (responded with "${name}")`);
}

/** Names are short: one byte holds the length up to 127. */
function encodeRequest(service: string): Buffer {
  const name = Buffer.from(service).subarray(0, 127);
  const message =
    name.length === 0 ? name : Buffer.concat([Buffer.of(serviceTag, name.length), name]);
  const prefix = Buffer.alloc(prefixLength);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** The message's only field; an absent one is 0, and a malformed message has none. */
function decodeStatus(data: Buffer): number | undefined {
  return data[prefixLength] === statusTag ? data[prefixLength + 1] : undefined;
}

function failure(message: string): ProbeOutcome {
  return { answer: "failure", message };
}
