/** What a client and the API server agree to speak on an upgraded connection. */
import type { IncomingHttpHeaders } from "node:http";
import { ApiError } from "../../../api/errors/api-error.ts";

/** In the order in which they are preferred. v5 has a way to close a channel, v4 tells the exit status as an object, those before it as a text. */
const channelProtocols = [
  "v5.channel.k8s.io",
  "v4.channel.k8s.io",
  "v3.channel.k8s.io",
  "v2.channel.k8s.io",
  "channel.k8s.io",
] as const;

export type ChannelProtocol = (typeof channelProtocols)[number];

/** Of port-forward: on SPDY itself, and of SPDY in a WebSocket's messages. */
export const PORT_FORWARD = "portforward.k8s.io";
export const TUNNELLED_PORT_FORWARD = "SPDY/3.1+portforward.k8s.io";

export type UpgradeKind = "spdy" | "websocket";

/** @throws ApiError BadRequest when the client wants something else. */
export function upgradeKind({ upgrade = "" }: IncomingHttpHeaders): UpgradeKind {
  const wanted = upgrade.toLowerCase();
  if (wanted === "websocket") return "websocket";
  if (wanted === "spdy/3.1") return "spdy";
  throw new ApiError(
    "BadRequest",
    `unable to upgrade: missing upgrade headers in request: Upgrade is ${JSON.stringify(upgrade)}, not SPDY/3.1 or websocket`,
  );
}

/** What the client can speak, in its own order; of either kind of upgrade. */
export function offeredProtocols(headers: IncomingHttpHeaders): readonly string[] {
  const lists = [headers["x-stream-protocol-version"], headers["sec-websocket-protocol"]];
  return lists
    .flat()
    .flatMap((list) => (list ?? "").split(","))
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/**
 * The best that both know. A client of SPDY that says nothing speaks the oldest.
 *
 * @throws ApiError Forbidden when there is none, as the real server answers.
 */
export function chooseProtocol<Known extends string>(
  offered: readonly string[],
  known: readonly Known[],
): Known {
  const chosen = known.find((name) => offered.includes(name));
  if (chosen !== undefined) return chosen;
  throw new ApiError(
    "Forbidden",
    `unable to upgrade: unable to negotiate protocol: client supports [${offered.join(" ")}], server accepts [${known.join(" ")}]`,
  );
}

export function chooseChannelProtocol(
  kind: UpgradeKind,
  offered: readonly string[],
): ChannelProtocol {
  if (kind === "spdy" && offered.length === 0) return "channel.k8s.io";
  // On a WebSocket the old ones have text messages, or no status; on SPDY a stream is closed by itself.
  const known = channelProtocols.filter((name) =>
    kind === "websocket"
      ? name === "v5.channel.k8s.io" || name === "v4.channel.k8s.io"
      : name !== "v5.channel.k8s.io",
  );
  return chooseProtocol(offered, known);
}
