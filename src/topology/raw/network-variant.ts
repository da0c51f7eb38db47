/** The pod networks by name, each with its mode: what `--network` takes in place of what the file says. */
import type { RawPlugin } from "./raw-plugin.ts";

export type NetworkVariant =
  | "bridge"
  | "bridge/isolated"
  | "flannel"
  | "flannel/vxlan"
  | "flannel/host-gw"
  | "weave"
  | "weave/fastdp"
  | "weave/sleeve"
  | "calico"
  | "calico/bgp"
  | "calico/ipip"
  | "calico/ipip-crosssubnet"
  | "calico/vxlan"
  | "calico/vxlan-crosssubnet";

const variants: Readonly<Record<NetworkVariant, RawPlugin>> = {
  bridge: { name: "bridge" },
  "bridge/isolated": { name: "bridge", mode: "isolated" },
  flannel: { name: "flannel" },
  "flannel/vxlan": { name: "flannel", backend: "vxlan" },
  "flannel/host-gw": { name: "flannel", backend: "host-gw" },
  weave: { name: "weave" },
  "weave/fastdp": { name: "weave", mode: "fastdp" },
  "weave/sleeve": { name: "weave", mode: "sleeve" },
  calico: { name: "calico" },
  "calico/bgp": { name: "calico", encapsulation: "None" },
  "calico/ipip": { name: "calico", encapsulation: "IPIP" },
  "calico/ipip-crosssubnet": { name: "calico", encapsulation: "IPIPCrossSubnet" },
  "calico/vxlan": { name: "calico", encapsulation: "VXLAN" },
  "calico/vxlan-crosssubnet": { name: "calico", encapsulation: "VXLANCrossSubnet" },
};

// The keys of a constant are those of its type.
export const networkVariants: readonly NetworkVariant[] = Object.keys(variants) as NetworkVariant[];

/** The plugin as it would be written. What a variant leaves open has its default. */
export function variantPlugin(variant: NetworkVariant): RawPlugin {
  return variants[variant];
}
