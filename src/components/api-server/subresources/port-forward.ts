import { ApiError } from "../../../api/errors/api-error.ts";
import { acceptSpdy } from "../streaming/accept-spdy.ts";
import {
  chooseProtocol,
  offeredProtocols,
  PORT_FORWARD,
  TUNNELLED_PORT_FORWARD,
  upgradeKind,
} from "../streaming/channel-protocol.ts";
import { servePortForward } from "../streaming/port-forward.ts";
import { placedPod } from "../streaming/running-pod.ts";
import { acceptWebSocket, webSocketBytes } from "../streaming/websocket.ts";
import type { Subresource } from "./subresource.ts";

const nothing = new Uint8Array();

/** `pods/NAME/portforward` */
export const portForward: Subresource = {
  name: "portforward",
  kind: { group: "", version: "v1", kind: "PodPortForwardOptions" },
  verbs: ["create", "get"],
  belongsTo: ({ stored }) => stored === "Pod",
  methods: { GET: upgradeRequired, POST: upgradeRequired },
  upgrade: async (request, upgrade) => {
    const pod = placedPod(request);
    const { connect } = request.context.runtime;
    const { headers } = request.call;
    const offered = offeredProtocols(headers);
    if (upgradeKind(headers) === "websocket") {
      const protocol = chooseProtocol(offered, [TUNNELLED_PORT_FORWARD]);
      const transport = webSocketBytes(await acceptWebSocket(upgrade, protocol));
      await servePortForward({ transport, head: nothing, pod, connect });
      return;
    }
    acceptSpdy(upgrade, chooseProtocol(offered, [PORT_FORWARD]));
    const { socket: transport, head } = upgrade;
    await servePortForward({ transport, head, pod, connect });
  },
};

function upgradeRequired(): never {
  throw new ApiError("BadRequest", "Upgrade request required");
}
