import { until } from "../../base/until.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { type NetnsByName, netnsNamed } from "../netns-by-name.ts";
import type { LinkPlan, NetnsPlan } from "./plan.ts";

const INTERVAL_MS = 5;

/**
 * Waits until every veth of the plans can send, from either end.
 *
 * The end that came up before the other end, which is the one in the plan's own netns, drops what it should send
 * until the kernel's link watch has noticed the carrier: milliseconds later, in the background. That is long
 * enough to lose an ARP request, whose repetition takes a second. (Asking for a single device would
 * make the link watch look at once, but takes the kernel ten times as long as making the device.)
 *
 * The other end can send as soon as it is up. Nothing waits until `ip link` shows it so, its
 * `state UNKNOWN` become `UP`: the link watch takes its time over what changes nothing, and does a
 * hundred devices a second, over all namespaces of the machine.
 *
 * @throws the signal's reason, when the signal aborts first.
 */
export async function awaitCarriers(
  plans: readonly NetnsPlan[],
  netnsByName: NetnsByName,
  signal: AbortSignal,
): Promise<void> {
  for (const { netns, links = [] } of plans) {
    const veths = new Set(links.filter(isUp).map(({ name }) => name));
    if (veths.size === 0) continue;
    const rtnetlink = Rtnetlink.of(netnsNamed(netnsByName, netns));
    // A list waits for the link watch that is at work, and so is the truth; but it tells all there is of every device.
    const isReady = (): boolean =>
      [...veths].every((name) => rtnetlink.runs(name)) &&
      rtnetlink.links().every((link) => link.operational || !veths.has(link.name));
    const ready = async (): Promise<true | undefined> => isReady() || undefined;
    await until(ready, { intervalMs: INTERVAL_MS, signal });
  }
}

function isUp(link: LinkPlan): boolean {
  return link.type === "veth" && link.state !== "down" && link.peer.state !== "down";
}
