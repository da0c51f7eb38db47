import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { SocketError } from "../../kernel/sockets/socket-error.ts";
import { formatSocketAddress } from "../../net/ip-address.ts";
import type { ProbeAttempt } from "../probe.ts";
import { failedAttempt, newProbeId, type ProbeAim, since } from "./attempt.ts";
import { connect, localEnd } from "./tcp.ts";

const PROBE_HEADER = "x-podwire-probe";
/** More of an answer is read and thrown away. */
const MAX_BODY_BYTES = 65_536;

/** One request on a connection of its own. Latency is up to the head of the answer, handshake included. */
export async function probeHttp(aim: ProbeAim): Promise<ProbeAttempt> {
  const startedAt = performance.now();
  const id = newProbeId();
  try {
    const socket = await connect(aim);
    const local = localEnd(socket);
    const response = await head(aim, socket, id, startedAt);
    const latencyMs = since(startedAt);
    const body = await readBody(response);
    socket.destroySoon();
    const serverSaw = aim.sightings.take(id);
    const headers = Object.fromEntries(
      Object.entries(response.headers).map(([name, value]) => [name, [value].flat().join(", ")]),
    );
    return {
      ok: true,
      latencyMs,
      local,
      status: response.statusCode ?? 0,
      headers,
      body,
      ...(serverSaw && { serverSaw }),
    };
  } catch (error) {
    return isParseError(error)
      ? { ok: false, latencyMs: since(startedAt), reason: "bad answer", message: "not HTTP" }
      : failedAttempt(error, startedAt);
  }
}

function head(
  { address, port, path, options, timeoutMs, signal, netns }: ProbeAim,
  socket: Socket,
  id: string,
  startedAt: number,
): Promise<IncomingMessage> {
  const { method = "GET", headers = {}, body } = options;
  const host = formatSocketAddress(address, port);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      createConnection: () => socket,
      method,
      path: path === "" ? "/" : path,
      headers: { host, [PROBE_HEADER]: id, connection: "close", ...headers },
      signal,
    });
    /** What is still to come whole: the head of the answer, then the answer. */
    let awaited: { readonly destroy: (error: Error) => unknown } = request;
    const timer = setTimeout(
      () => {
        const operation = `${method} http://${host}${path} from netns ${netns.name}`;
        awaited.destroy(new SocketError(operation, "timed out"));
      },
      Math.max(1, timeoutMs - since(startedAt)),
    );
    request.once("close", () => clearTimeout(timer));
    request.once("response", (response) => {
      awaited = response;
      resolve(response);
    });
    request.once("error", reject);
    request.end(body);
  });
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (length < MAX_BODY_BYTES) chunks.push(chunk);
    length += chunk.length;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BODY_BYTES).toString("utf8");
}

/** llhttp's errors are all called HPE_…. */
function isParseError(error: unknown): boolean {
  return error instanceof Error && "code" in error && `${error.code}`.startsWith("HPE_");
}
