/** Takes away what a plan has made, entry by entry; what is gone already is no matter. */
import { KernelError } from "../../base/podwire-error.ts";
import { linkDelete } from "../../wire/netlink/devices/link.ts";
import type { NetlinkRequest } from "../../wire/netlink/message.ts";
import { addressDelete } from "../../wire/netlink/rtnetlink/address.ts";
import { fdbDelete } from "../../wire/netlink/rtnetlink/fdb.ts";
import { neighbourDelete } from "../../wire/netlink/rtnetlink/neighbour.ts";
import { routeDelete } from "../../wire/netlink/rtnetlink/route.ts";
import { Rtnetlink } from "../devices/rtnetlink.ts";
import { type NetnsByName, netnsNamed } from "../netns-by-name.ts";
import type { NetnsPlan } from "./plan.ts";

/** Of a route, a neighbour, an address, a device. */
const gone = new Set(["KERNEL_ESRCH", "KERNEL_ENOENT", "KERNEL_EADDRNOTAVAIL", "KERNEL_ENODEV"]);

/**
 * The reverse of `applyPlan`: routes first, devices last. Sysctls stay.
 *
 * @throws KernelError for the first that the kernel refuses to take away.
 */
export function removePlan(plan: NetnsPlan, netnsByName: NetnsByName): void {
  const netlink = Rtnetlink.of(netnsNamed(netnsByName, plan.netns));
  for (const request of removals(plan, (device) => netlink.index(device))) {
    try {
      netlink.apply([request]);
    } catch (error) {
      if (!(error instanceof KernelError) || !gone.has(error.code)) throw error;
    }
  }
}

/** What was on a device that is gone went with it. */
function* removals(
  { routes = [], neighbours = [], fdb = [], addresses = [], links = [] }: NetnsPlan,
  indexOf: (device: string) => number | undefined,
): Generator<NetlinkRequest> {
  // A blackhole is on none.
  const isThere = ({ device }: { readonly device?: string }): boolean =>
    device === undefined || indexOf(device) !== undefined;
  const index = (device: string): number => indexOf(device) ?? 0;
  for (const { device, ...route } of routes.filter(isThere)) {
    yield routeDelete({ ...route, index: device === undefined ? undefined : index(device) });
  }
  for (const { device, address } of neighbours.filter(isThere)) {
    yield neighbourDelete(device, { index: index(device), address });
  }
  for (const { device, ...entry } of fdb.filter(isThere)) {
    yield fdbDelete(device, { index: index(device), ...entry });
  }
  for (const { device, address, scope = "global" } of addresses.filter(isThere)) {
    yield addressDelete(device, { index: index(device), address, scope });
  }
  for (const { name } of links.filter(({ type }) => type !== "existing")) yield linkDelete(name);
}
