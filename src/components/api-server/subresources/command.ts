/** `pods/NAME/exec` and `pods/NAME/attach`. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Upgrade } from "../http/upgrade.ts";
import type { ResourceRequest } from "../resource-request.ts";
import { acceptSpdy } from "../streaming/accept-spdy.ts";
import {
  chooseChannelProtocol,
  offeredProtocols,
  type UpgradeKind,
  upgradeKind,
} from "../streaming/channel-protocol.ts";
import { chooseContainer } from "../streaming/choose-container.ts";
import type { ContainerPlace, StartCommand } from "../streaming/pod-runtime.ts";
import type { RemoteChannels, WantedChannels } from "../streaming/remote-channels.ts";
import { placedPod } from "../streaming/running-pod.ts";
import { serveCommand } from "../streaming/serve-command.ts";
import { openSpdyChannels } from "../streaming/spdy-channels.ts";
import { acceptWebSocket } from "../streaming/websocket.ts";
import { openWebSocketChannels } from "../streaming/websocket-channels.ts";
import { isTrue } from "../watching/watch.ts";
import type { Subresource } from "./subresource.ts";

/** What the client is to be joined to; undefined when the container does not run. */
type Begin = (
  request: ResourceRequest,
  place: ContainerPlace,
  wanted: WantedChannels,
) => StartCommand | undefined;

export const exec: Subresource = command("exec", "PodExecOptions", (request, place, wanted) => {
  const words = request.call.query.getAll("command");
  if (words.length === 0) throw new ApiError("BadRequest", "you must specify at least one command");
  return request.context.runtime.exec({
    ...place,
    command: words,
    input: wanted.stdin ? "stdin" : "none",
    kind: wanted.tty ? "terminal" : "pipes",
  });
});

export const attach: Subresource = command("attach", "PodAttachOptions", (request, place, wanted) =>
  request.context.runtime.attach({ ...place, input: wanted.stdin ? "stdin" : "none" }),
);

function command(name: string, kind: string, begin: Begin): Subresource {
  return {
    name,
    kind: { group: "", version: "v1", kind },
    verbs: ["create", "get"],
    belongsTo: ({ stored }) => stored === "Pod",
    methods: { GET: upgradeRequired, POST: upgradeRequired },
    upgrade: async (request, upgrade) => {
      const pod = placedPod(request);
      const { query, headers } = request.call;
      const container = chooseContainer(pod, query.get("container") ?? "");
      const wanted = wantedChannels(query);
      const upgradeTo = upgradeKind(headers);
      const protocol = chooseChannelProtocol(upgradeTo, offeredProtocols(headers));
      const start = begin(request, { pod, container }, wanted);
      if (start === undefined) {
        throw new ApiError("InternalError", `container not found (${JSON.stringify(container)})`);
      }
      try {
        const channels = await openChannels(upgradeTo, upgrade, wanted, protocol);
        await serveCommand(start(), channels);
      } catch {
        // It is no HTTP any more in which one could say why.
        upgrade.socket.destroy();
      }
    },
  };
}

async function openChannels(
  kind: UpgradeKind,
  upgrade: Upgrade,
  wanted: WantedChannels,
  protocol: ReturnType<typeof chooseChannelProtocol>,
): Promise<RemoteChannels> {
  if (kind === "websocket") {
    return openWebSocketChannels(await acceptWebSocket(upgrade, protocol), wanted);
  }
  acceptSpdy(upgrade, protocol);
  return openSpdyChannels({ transport: upgrade.socket, head: upgrade.head, protocol }, wanted);
}

/** On a terminal both outputs are one. @throws ApiError BadRequest when nothing is wanted. */
function wantedChannels(query: URLSearchParams): WantedChannels {
  const has = (name: string): boolean => query.has(name) && isTrue(query.get(name));
  const tty = has("tty");
  const wanted = {
    stdin: has("stdin"),
    stdout: has("stdout"),
    stderr: has("stderr") && !tty,
    tty,
  };
  if (wanted.stdin || wanted.stdout || wanted.stderr) return wanted;
  throw new ApiError("BadRequest", "you must specify at least 1 of stdin, stdout, stderr");
}

function upgradeRequired(): never {
  throw new ApiError("BadRequest", "Upgrade request required");
}
