/** What a lab needs besides what every lab does, as its topology, its objects and its scenarios tell. */
import type { Need } from "../../kernel/programs/need.ts";
import type { LoadedLab } from "../../topology/load.ts";
import type { Plugin } from "../../topology/plugin.ts";
import { allSteps } from "../../topology/scenario/all-steps.ts";
import type { Step } from "../../topology/scenario/scenario.ts";
import type { Topology } from "../../topology/topology.ts";

/** Those that many kernels lack. */
const unusual: ReadonlySet<Need> = new Set([
  "kube-proxy mode ipvs",
  "network plugin calico with IPIP",
  "impair",
]);

export function isUnusual(need: Need): boolean {
  return unusual.has(need);
}

/** All of them; those of later steps with them. */
export function labNeeds({
  topology,
  objects,
  scenarios,
}: Pick<LoadedLab, "topology" | "objects" | "scenarios">): readonly Need[] {
  const steps = scenarios.flatMap((scenario) => allSteps(scenario.steps));
  const applied = steps.flatMap((step) => (step.type === "apply" ? step.objects : []));
  const hasPolicies = [...objects, ...applied].some(({ kind }) => kind === "NetworkPolicy");
  return [
    ...topologyNeeds(topology),
    ...when(hasPolicies, "network policies"),
    ...when(steps.some(needsNetem), "impair"),
  ];
}

/** Those of the lab as it is built. */
export function topologyNeeds({
  controlPlane,
  network: { plugin },
  nodes,
  underlay,
}: Topology): readonly Need[] {
  const modes = new Set(nodes.map(({ proxy }) => proxy.mode));
  const encapsulation = plugin.type === "calico" ? plugin.encapsulation : "None";
  const speaksBgp = underlay.routers.some(({ asNumber }) => asNumber !== undefined);
  return [
    ...pluginNeeds[plugin.type],
    ...when(encapsulation.startsWith("IPIP"), "network plugin calico with IPIP"),
    ...when(encapsulation.startsWith("VXLAN"), "network plugin calico with VXLAN"),
    ...when(speaksBgp, "routers that speak BGP"),
    ...when(modes.has("nftables"), "kube-proxy mode nftables"),
    ...when(modes.has("ipvs"), "kube-proxy mode ipvs"),
    ...when(controlPlane.store === "etcd", "store etcd"),
  ];
}

const pluginNeeds: Readonly<Record<Plugin["type"], readonly Need[]>> = {
  bridge: [],
  flannel: ["network plugin flannel"],
  weave: ["network plugin weave"],
  calico: ["network plugin calico"],
  exec: ["network plugin exec"],
};

/** A rate alone is kept by what every kernel has. */
function needsNetem(step: Step): boolean {
  if (step.type !== "impair") return false;
  const { delayMs, jitterMs, loss, duplicate, corrupt, reorder } = step;
  const values = [delayMs, jitterMs, loss, duplicate, corrupt, reorder];
  return values.some((value) => value !== undefined);
}

function when(isSo: boolean, need: Need): readonly Need[] {
  return isSo ? [need] : [];
}
