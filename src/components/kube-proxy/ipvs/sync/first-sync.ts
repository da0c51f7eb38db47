/** What the first sync of a clean node does, as text: a part for each program. */
import type { RenderInput } from "../../model/proxier.ts";
import { ipvsSettings } from "../settings.ts";
import { joinIpvsText } from "../text/ipvs-text.ts";
import { ipvsadmLine } from "../text/ipvsadm-line.ts";
import { IPVS_DEVICE } from "../wanted/bound-addresses.ts";
import { cleanState, goalOf, planSync } from "./sync-plan.ts";

export function firstIpvsText({ cluster, config, node, family }: RenderInput): string {
  const input = { cluster, config, settings: ipvsSettings(config, node, family), nowMs: 0 };
  const { bind, servers, sets, rules } = planSync(cleanState, input, goalOf(cleanState, input));
  const length = family === "ipv4" ? 32 : 128;
  return joinIpvsText({
    addresses: [
      `link add ${IPVS_DEVICE} type dummy`,
      ...bind.map((address) => `address add ${address}/${length} dev ${IPVS_DEVICE}`),
    ],
    servers: servers.map(ipvsadmLine),
    sets,
    rules: rules.split("\n"),
  });
}
