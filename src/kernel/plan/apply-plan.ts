/**
 * Makes what plans say: sysctls, devices, addresses, routes, neighbours and forwarding entries, with
 * as few system calls as will do. A device is created whole, both ends of a veth in one request
 * with name, MAC, MTU, master and state, and the requests of a netns travel together.
 */

import { bridgeLinkSet, linkAddBridge } from "../../wire/netlink/devices/bridge.ts";
import { linkAddIpip } from "../../wire/netlink/devices/ipip-device.ts";
import { linkSet } from "../../wire/netlink/devices/link.ts";
import type { LinkSettings } from "../../wire/netlink/devices/link-message.ts";
import { linkAddVeth } from "../../wire/netlink/devices/veth.ts";
import { linkAddVxlan } from "../../wire/netlink/devices/vxlan-device.ts";
import type { NetlinkRequest } from "../../wire/netlink/message.ts";
import { addressAdd } from "../../wire/netlink/rtnetlink/address.ts";
import { fdbAppend } from "../../wire/netlink/rtnetlink/fdb.ts";
import { neighbourReplace } from "../../wire/netlink/rtnetlink/neighbour.ts";
import { type Route, routeReplace } from "../../wire/netlink/rtnetlink/route.ts";
import type { Netns } from "../netns.ts";
import { type NetnsByName, netnsNamed } from "../netns-by-name.ts";
import { writeSysctls } from "../sysctl.ts";
import type { LinkPlan, NetnsPlan, RoutePlan, VethEnd } from "./plan.ts";
import { PlanSession } from "./plan-session.ts";

/** {@link applyPlans} of one. */
export function applyPlan(plan: NetnsPlan, netnsByName: NetnsByName): void {
  applyPlans([plan], netnsByName);
}

/**
 * Applies the plans together, step by step over all of them: the sysctls first, so that no device
 * ever exists without them; then the new devices, in the order of plans and links, which is
 * also the order in which the kernel lists them; then, per netns, all that needs the devices.
 * So a plan may use a device that another plan's veth brings. Devices may drop packets for some
 * milliseconds yet: see carriers.ts.
 *
 * @throws KernelError naming the request, the netns and the kernel's reason. What was done stays:
 *   undo by disposing the namespaces.
 * @throws RangeError when a plan names a netns that `netnsByName` lacks, or a device with an impossible name.
 */
export function applyPlans(plans: readonly NetnsPlan[], netnsByName: NetnsByName): void {
  for (const { netns, sysctls } of plans) {
    if (sysctls !== undefined) writeSysctls(netnsNamed(netnsByName, netns), sysctls);
  }
  for (const plan of plans) addLinks(plan, netnsByName);
  for (const [name, part] of partsByNetns(plans)) setUp(netnsNamed(netnsByName, name), part);
}

/** What is to be done in one netns once the devices are there. */
interface Part {
  readonly links: CommonPlan[];
  readonly plans: NetnsPlan[];
}

/** In the order in which the plans first name them. */
function partsByNetns(plans: readonly NetnsPlan[]): Map<string, Part> {
  const parts = new Map<string, Part>();
  const partOf = (netns: string): Part => {
    const part = parts.get(netns) ?? { links: [], plans: [] };
    parts.set(netns, part);
    return part;
  };
  for (const plan of plans) {
    partOf(plan.netns).plans.push(plan);
    for (const link of plan.links ?? []) {
      if (link.type === "veth") partOf(link.peer.netns).links.push(unsettled(link.peer));
      if (link.type === "existing") partOf(plan.netns).links.push(link);
    }
  }
  return parts;
}

/**
 * What the request that makes a pair cannot do to the peer. The kernel brings up no veth whose other
 * end is not there yet, which is how the peer is then; nor does it heed a peer's master.
 */
function unsettled({ name, state, master, hairpin, isolated, offload }: VethEnd): CommonPlan {
  return { name, state, master, hairpin, isolated, offload };
}

function withoutOffload(links: readonly CommonPlan[]): string[] {
  return links.filter(({ offload }) => offload === "off").map(({ name }) => name);
}

function addLinks({ netns, links = [] }: NetnsPlan, netnsByName: NetnsByName): void {
  const added = links.filter((link) => link.type !== "existing");
  if (added.length === 0) return;
  const session = new PlanSession(netnsNamed(netnsByName, netns));
  for (const link of added) {
    session.queue(linkAdd(link, session, netnsByName));
    queuePort(link, session);
  }
  session.offloadsOff(withoutOffload(added));
}

function setUp(netns: Netns, { links, plans }: Part): void {
  const session = new PlanSession(netns);
  // Before they become ports: a bridge works out anew for all its ports what one of them can.
  session.offloadsOff(withoutOffload(links));
  for (const link of links) {
    session.queue(linkSet(settings(link, session)));
    queuePort(link, session);
  }
  for (const plan of plans) {
    for (const request of entries(plan, session)) session.queue(request);
  }
  session.flush();
  for (const { deviceSysctls } of plans) {
    if (deviceSysctls !== undefined) writeSysctls(netns, deviceSysctls);
  }
}

function* entries(
  { addresses = [], routes = [], neighbours = [], fdb = [] }: NetnsPlan,
  session: PlanSession,
): Generator<NetlinkRequest> {
  for (const { device, address, scope = "global" } of addresses) {
    yield addressAdd(device, { index: session.index(device), address, scope });
  }
  for (const route of routes) yield routeReplace(resolveRoute(route, session));
  for (const { device, address, mac } of neighbours) {
    yield neighbourReplace(device, { index: session.index(device), address, mac });
  }
  for (const { device, ...entry } of fdb) {
    yield fdbAppend(device, { index: session.index(device), ...entry });
  }
}

function linkAdd(
  link: Exclude<LinkPlan, { type: "existing" }>,
  session: PlanSession,
  netnsByName: NetnsByName,
): NetlinkRequest {
  const common = settings(link, session);
  switch (link.type) {
    case "veth":
      return linkAddVeth(common, {
        ...settings({ ...link.peer, master: undefined, state: "down" }, session),
        netnsFd: netnsNamed(netnsByName, link.peer.netns).fd,
      });
    case "bridge":
      return linkAddBridge(common, link);
    case "ipip":
      // The kernel refuses to be told what kind of device its own `tunl0` is.
      return session.has(link.name) ? linkSet(common) : linkAddIpip(common);
    case "vxlan":
      return linkAddVxlan(common, {
        ...link,
        linkIndex: link.device === undefined ? undefined : session.index(link.device),
      });
  }
}

/** {@link LinkPlan}'s common part, whose fields may also be there and undefined. */
type CommonPlan = {
  readonly [Name in keyof Omit<VethEnd, "netns">]: VethEnd[Name] | undefined;
} & { readonly name: string };

function settings(
  { name, mac, mtu, master, state = "up" }: CommonPlan,
  session: PlanSession,
): LinkSettings {
  const masterIndex = master === undefined ? undefined : session.index(master);
  return { name, mac, mtu, masterIndex, state };
}

/** A device must be a port before it can have a port's attributes: a second request. */
function queuePort({ name, hairpin, isolated }: CommonPlan, session: PlanSession): void {
  if (hairpin === undefined && isolated === undefined) return;
  session.queue(bridgeLinkSet(name, { hairpin, isolated }));
}

function resolveRoute({ device, ...route }: RoutePlan, session: PlanSession): Route {
  return { ...route, index: device === undefined ? undefined : session.index(device) };
}
