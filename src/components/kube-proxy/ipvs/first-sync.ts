/** What the first sync of a clean node does, as text: a part for each program. */
import type { RenderInput } from "../model/proxier.ts";
import { boundAddresses, IPVS_DEVICE } from "./bound-addresses.ts";
import { setContents } from "./ip-sets.ts";
import { joinIpvsText } from "./ipvs-text.ts";
import { ipvsJumps, rulesPayload } from "./rules.ts";
import { changeServers } from "./server-commands.ts";
import { setCommands } from "./set-commands.ts";
import { ipvsSettings } from "./settings.ts";
import { virtualServers } from "./virtual-server.ts";

export function firstIpvsText({ cluster, config, node, family }: RenderInput): string {
  const settings = ipvsSettings(config, node, family);
  const contents = setContents(cluster, settings);
  const wanted = virtualServers(cluster, settings);
  const { commands } = changeServers({
    present: new Map(),
    wanted,
    draining: new Set(),
    excludeCIDRs: [],
  });
  const length = family === "ipv4" ? 32 : 128;
  return joinIpvsText({
    addresses: [
      `link add ${IPVS_DEVICE} type dummy`,
      ...[...boundAddresses(cluster, settings)].map(
        (address) => `address add ${address}/${length} dev ${IPVS_DEVICE}`,
      ),
    ],
    servers: commands,
    sets: setCommands(new Map(), contents, family),
    rules: rulesPayload({ cluster, settings, contents, jumps: ipvsJumps }).split("\n"),
  });
}
