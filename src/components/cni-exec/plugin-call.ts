/** One run of a plugin: what it gets in its environment and on its standard input. @see the CNI specification, section 2 */
import type { PortMapping } from "../../api/pods/port-mapping.ts";
import type { JsonObject, NetworkConfig, PluginConfig } from "./network-config.ts";

export type CniCommand = "ADD" | "CHECK" | "DEL";

export interface Attachment {
  /** Of the pod's sandbox. */
  readonly containerId: string;
  /** A path at which the plugin can open the pod's netns. */
  readonly netnsPath: string;
  readonly namespace: string;
  readonly name: string;
  readonly portMappings: readonly PortMapping[];
}

export interface PluginCall {
  /** The file name of the program. */
  readonly type: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Its configuration, for standard input. */
  readonly config: JsonObject;
}

/** Where a plugin that keeps addresses in files keeps them: in the node's own /run, which ends with the lab. */
const DATA_FOLDER = "/run/cni/networks";

/** In this order for ADD and CHECK, in the reverse for DEL. */
export function pluginsFor(
  command: CniCommand,
  { plugins }: NetworkConfig,
): readonly PluginConfig[] {
  return command === "DEL" ? plugins.toReversed() : plugins;
}

export function pluginCall(
  command: CniCommand,
  {
    network,
    plugin,
    attachment,
    previous,
    path,
  }: {
    readonly network: NetworkConfig;
    readonly plugin: PluginConfig;
    readonly attachment: Attachment;
    /** The result of the plugin before (ADD), or of the whole ADD. */
    readonly previous: JsonObject | undefined;
    /** CNI_PATH. */
    readonly path: string;
  },
): PluginCall {
  const { containerId, netnsPath, namespace, name } = attachment;
  const runtimeConfig = runtimeConfigOf(plugin, attachment);
  return {
    type: plugin.type,
    environment: {
      CNI_COMMAND: command,
      CNI_CONTAINERID: containerId,
      CNI_NETNS: netnsPath,
      CNI_IFNAME: "eth0",
      CNI_PATH: path,
      CNI_ARGS: `IgnoreUnknown=1;K8S_POD_NAMESPACE=${namespace};K8S_POD_NAME=${name};K8S_POD_INFRA_CONTAINER_ID=${containerId}`,
    },
    config: {
      ...withDataFolder(plugin),
      name: network.name,
      cniVersion: network.cniVersion,
      ...(runtimeConfig !== undefined && { runtimeConfig }),
      ...(previous !== undefined && { prevResult: previous }),
    },
  };
}

/** Only what the plugin says it takes: its `capabilities`. */
function runtimeConfigOf(
  plugin: PluginConfig,
  { portMappings }: Attachment,
): JsonObject | undefined {
  const capabilities = plugin["capabilities"];
  const takes =
    typeof capabilities === "object" && capabilities !== null && !Array.isArray(capabilities);
  if (!takes || (capabilities as JsonObject)["portMappings"] !== true) return undefined;
  return portMappings.length === 0
    ? undefined
    : { portMappings: portMappings.map((each) => ({ ...each })) };
}

function withDataFolder(plugin: PluginConfig): PluginConfig {
  const ipam = plugin["ipam"];
  if (typeof ipam !== "object" || ipam === null || Array.isArray(ipam)) return plugin;
  return { ...plugin, ipam: { dataDir: DATA_FOLDER, ...(ipam as JsonObject) } };
}
