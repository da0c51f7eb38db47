/**
 * A CNI network configuration: a list of plugins that are run one after the other, each with the result of the one before. A
 * single plugin's configuration is a list of one.
 *
 * @see the CNI specification, section 1: network configuration format
 */

export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

export interface PluginConfig extends JsonObject {
  /** The file name of the plugin's program. */
  readonly type: string;
}

export interface NetworkConfig {
  readonly cniVersion: string;
  readonly name: string;
  /** The plugins do not know CHECK, or fail at it. */
  readonly disableCheck: boolean;
  readonly plugins: readonly PluginConfig[];
}

/** What `${…}` in the configuration stands for, on one node. */
export interface NodeValues {
  readonly node: string;
  /** The node's share. */
  readonly podCIDR: string;
  /** Of its second family; empty where there is none. */
  readonly podCIDRIPv6: string;
  /** The pods of the whole cluster. */
  readonly clusterCIDR: string;
  readonly clusterCIDRIPv6: string;
}

/** Debian's plugins know up to 1.0.0, and everything later is the same for them. */
const DEFAULT_VERSION = "0.4.0";

/** Undefined when it is neither a list nor a plugin's. */
export function parseNetworkConfig(
  written: Readonly<Record<string, unknown>>,
  values: NodeValues,
): NetworkConfig | undefined {
  // It was read from YAML, so it is made of these.
  const config = fill(written as JsonObject, values) as JsonObject;
  const { plugins, cniVersion = DEFAULT_VERSION, name = "podwire", disableCheck = false } = config;
  const list = Array.isArray(plugins) ? plugins : [config];
  if (!list.every(isPlugin) || list.length === 0) return undefined;
  return {
    cniVersion: String(cniVersion),
    name: String(name),
    disableCheck: disableCheck === true,
    plugins: list,
  };
}

/** Whether addresses come out of the nodes' shares, so that a route by way of the node finds them. */
export function usesNodeShare(written: Readonly<Record<string, unknown>>): boolean {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: as people write it.
  return JSON.stringify(written).includes("${podCIDR}");
}

function isPlugin(value: unknown): value is PluginConfig {
  return (
    typeof value === "object" && value !== null && "type" in value && typeof value.type === "string"
  );
}

function fill(value: Json, values: NodeValues): Json {
  if (typeof value === "string") {
    return value.replaceAll(
      /\$\{(node|podCIDR|podCIDRIPv6|clusterCIDR|clusterCIDRIPv6)\}/g,
      (_, key: keyof NodeValues) => values[key],
    );
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, values));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, values)]));
}
