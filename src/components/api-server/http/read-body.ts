import type { IncomingMessage } from "node:http";
import { ApiError } from "../../../api/errors/api-error.ts";

/** What a real server takes: etcd's limit with room for the wrapping. */
const limitBytes = 3 * 1024 * 1024;

/** @throws ApiError RequestEntityTooLarge; Error when the client hangs up. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > limitBytes) {
      throw new ApiError(
        "RequestEntityTooLarge",
        `Request entity too large: limit is ${limitBytes}`,
        { details: {} },
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
