/** Real CNI plugins, run for each pod as a container runtime runs them: ADD when it comes, DEL when it goes, CHECK on demand. */
import { createHash } from "node:crypto";
import { ProgramError } from "../../../base/podwire-error.ts";
import {
  parseCniFailure,
  parseObject,
  resultAddresses,
} from "../../../components/cni-exec/cni-result.ts";
import {
  type JsonObject,
  type NetworkConfig,
  parseNetworkConfig,
  usesNodeShare,
} from "../../../components/cni-exec/network-config.ts";
import {
  type Attachment,
  type CniCommand,
  pluginCall,
  pluginsFor,
} from "../../../components/cni-exec/plugin-call.ts";
import { nameNetns, netnsNamePath, unnameNetns } from "../../../kernel/netns-in-place.ts";
import type { NetnsPlan } from "../../../kernel/plan/plan.ts";
import { runCniPlugin } from "../../../kernel/programs/cni-plugin.ts";
import { type Cidr, formatCidr } from "../../../net/cidr.ts";
import { familyOf } from "../../../net/ip-address.ts";
import type { PluginOf } from "../../../topology/plugin.ts";
import type { Topology, TopologyNode } from "../../../topology/topology.ts";
import { planPodNetns } from "../containers/pod-netns-plan.ts";
import type { Machines } from "../machines/machines.ts";
import type { Members } from "../nodes/members.ts";
import { RunError } from "../run-error.ts";
import type { PodIdentity, PodNetwork } from "./pod-network.ts";

interface Attached {
  readonly attachment: Attachment;
  readonly result: JsonObject | undefined;
}

export function execNetwork(
  topology: Topology,
  { binDir, check, config }: PluginOf<"exec">,
  members: Members,
): PodNetwork {
  const { network } = topology;
  const networkOf = (node: TopologyNode): NetworkConfig => {
    const values = {
      node: node.name,
      podCIDR: formatCidr(node.podCIDR),
      podCIDRIPv6: formatSecond(node.podCIDRs),
      clusterCIDR: formatCidr(network.podCIDR),
      clusterCIDRIPv6: formatSecond(network.podCIDRs),
    };
    const parsed = parseNetworkConfig(config, values);
    if (parsed !== undefined) return parsed;
    throw new RunError(
      "RUN_BAD_REQUEST",
      "plugin exec: its config is neither a plugin's nor a list of plugins",
      {
        hint: "write config: {type: bridge, …}, or config: {plugins: [{type: …}]}",
      },
    );
  };
  const attachedByNetns = new Map<string, Attached>();
  let machines: Machines | undefined;
  const run = async (
    command: CniCommand,
    node: TopologyNode,
    { attachment, result }: Attached,
  ): Promise<JsonObject | undefined> => {
    const list = networkOf(node);
    let previous = result;
    for (const plugin of pluginsFor(command, list)) {
      const call = pluginCall(command, {
        network: list,
        plugin,
        attachment,
        previous,
        path: binDir,
      });
      const output = await runPlugin(machines, node, command, call);
      if (command === "ADD") previous = parseObject(output) ?? previous;
    }
    return previous;
  };
  return {
    node: (node) => ({ plan: planNode(node, members.nodes, usesNodeShare(config)), iptables: "" }),
    start: async (all) => {
      machines = all;
      return { [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    add: async (node, pod, signal) => {
      const attachment = attachmentOf(pod);
      if (machines !== undefined) {
        nameNetns(machines.place(node.name).namespaces, machines.netns(pod.netns));
      }
      // The runtime's part comes first: a plugin finds a loopback that is up.
      await machines?.apply([planPodNetns(pod.netns, network.ipFamilies)], signal);
      const result = await run("ADD", node, { attachment, result: undefined });
      attachedByNetns.set(pod.netns, { attachment, result });
      const given = resultAddresses(result);
      // One of each family is what a pod's status has, those of the cluster's families alone.
      const addresses = network.ipFamilies.flatMap(
        (family) => given.find((address) => familyOf(address) === family) ?? [],
      );
      if (addresses.length === 0) {
        throw new ProgramError(
          `CNI ADD of ${pod.namespace}/${pod.name}: the result has no address`,
        );
      }
      if (check && knowsCheck(networkOf(node))) await run("CHECK", node, { attachment, result });
      return { addresses, plans: [] };
    },
    remove: async (node, pod) => {
      const attached = attachedByNetns.get(pod.netns) ?? {
        attachment: attachmentOf(pod),
        result: undefined,
      };
      attachedByNetns.delete(pod.netns);
      // With the node goes all that the plugin has done there.
      if (machines?.has(node.name) !== true) return {};
      try {
        await run("DEL", node, attached);
      } finally {
        unnameNetns(machines.place(node.name).namespaces, pod.netns);
      }
      return {};
    },
  };
}

async function runPlugin(
  machines: Machines | undefined,
  { name: node }: TopologyNode,
  command: CniCommand,
  { type, environment, config }: ReturnType<typeof pluginCall>,
): Promise<string> {
  if (machines === undefined) throw new RangeError("the network has not been started");
  const path = environment["CNI_PATH"] ?? "";
  const { ok, stdout, stderr } = await runCniPlugin(machines.place(node), {
    type,
    path,
    environment,
    config,
  });
  if (ok) return stdout;
  const failure = parseCniFailure(stdout);
  const said =
    failure === undefined ? stderr || stdout : `${failure.message} (code ${failure.code})`;
  throw new ProgramError(`CNI ${command}: ${type} on ${node}: ${said.trim()}`, { stderr });
}

function attachmentOf({ namespace, name, netns, portMappings }: PodIdentity): Attachment {
  const containerId = createHash("sha256").update(netns).digest("hex");
  return { containerId, netnsPath: netnsNamePath(netns), namespace, name, portMappings };
}

function formatSecond([, second]: readonly Cidr[]): string {
  return second === undefined ? "" : formatCidr(second);
}

/** CHECK is there since 0.4.0. */
function knowsCheck({ cniVersion, disableCheck }: NetworkConfig): boolean {
  const [major = 0, minor = 0] = cniVersion.split(".").map(Number);
  return !disableCheck && (major > 0 || minor >= 4);
}

/**
 * Of devices that plugins make, so once the node's own are there: they give themselves a link-local address, in whose
 * name a node looks for pods.
 */
const pluginsDevices: Readonly<Record<string, string>> = {
  "net/ipv6/conf/default/addr_gen_mode": "0",
};

/** Where pods' addresses come out of the nodes' shares, a node knows the way to the others'. */
function planNode(
  node: TopologyNode,
  nodes: readonly TopologyNode[],
  hasShares: boolean,
): NetnsPlan {
  const isDual = node.addresses.length > 1;
  const others = hasShares ? nodes.filter(({ name }) => name !== node.name) : [];
  return {
    netns: node.name,
    sysctls: {
      "net/bridge/bridge-nf-call-iptables": "1",
      ...(isDual && { "net/bridge/bridge-nf-call-ip6tables": "1" }),
    },
    ...(isDual && { deviceSysctls: pluginsDevices }),
    routes: others.flatMap(({ podCIDRs, addresses }) =>
      podCIDRs.map((to, index) => {
        const via = addresses[index];
        return { to, ...(via !== undefined && { via }), device: "eth0" };
      }),
    ),
  };
}
