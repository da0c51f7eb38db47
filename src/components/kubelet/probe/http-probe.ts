import { once } from "node:events";
import { request } from "node:http";
import type { Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { formatSocketAddress } from "../../../net/ip-address.ts";
import type { ProbeTarget } from "./probe-target.ts";
import type { ProbeOutcome } from "./run-probe.ts";

type HttpTarget = Extract<ProbeTarget, { readonly type: "http" }>;

/**
 * One GET on a connection that is there; 200 to 399 is a success, and no redirect is followed.
 * Certificates are not verified, as kubelet does not either.
 *
 * @throws what the connection or the answer ended with.
 */
export async function httpProbe(
  socket: Socket,
  { scheme, address, port, path, headers }: HttpTarget,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const sent = request({
    // Without an agent: one would make a connection of its own.
    createConnection: () =>
      scheme === "https" ? connectTls({ socket, rejectUnauthorized: false }) : socket,
    path,
    headers: {
      Host: formatSocketAddress(address, port),
      "User-Agent": "kube-probe/1.34",
      Accept: "*/*",
      Connection: "close",
      ...Object.fromEntries(headers),
    },
    signal,
  });
  sent.end();
  const [response] = await once(sent, "response");
  const { statusCode } = response;
  // The body tells nothing; the connection is closed by our caller.
  response.on("error", () => undefined).resume();
  sent.on("error", () => undefined);
  return statusCode >= 200 && statusCode < 400
    ? { answer: "success", message: "" }
    : { answer: "failure", message: `HTTP probe failed with statuscode: ${statusCode}` };
}
