/**
 * Just enough of gRPC to answer a health check: one unary call.
 *
 *     :method POST  :path /grpc.health.v1.Health/Check  content-type application/grpc
 *     DATA  00 | u32 length | message        0: not compressed; length in network order
 *     trailers  grpc-status: 0
 *
 * The response message is `{ status: SERVING }`: field 1, varint 1.
 *
 * @see grpc/grpc doc/PROTOCOL-HTTP2.md and doc/health-checking.md
 */
export const grpcContentType = "application/grpc";

/** Numbers of google.rpc.Code. */
const OK = 0;
const UNIMPLEMENTED = 12;

export interface GrpcAnswer {
  readonly grpcStatus: number;
  /** Of the trailer `grpc-message`; absent when all is well. */
  readonly grpcMessage?: string;
  /** What DATA holds; absent in an answer of trailers alone. */
  readonly data?: Uint8Array;
}

/**
 * Every service that is asked for is being served: which ones the image that
 * this stands in for would know, nobody here can tell.
 */
export function answerGrpc(path: string): GrpcAnswer {
  if (path === "/grpc.health.v1.Health/Check") {
    return { grpcStatus: OK, data: Uint8Array.of(0, 0, 0, 0, 2, 0x08, 0x01) };
  }
  return { grpcStatus: UNIMPLEMENTED, grpcMessage: `unknown method ${path}` };
}
