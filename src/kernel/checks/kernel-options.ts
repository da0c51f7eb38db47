/** Under which option a kernel is built with a module: for whoever builds kernels, or reads `/boot/config-…`. */

/** Those that are not called as their modules are. From the Makefiles beside the modules' sources. */
const options: Readonly<Record<string, string>> = {
  af_packet: "PACKET",
  br_netfilter: "BRIDGE_NETFILTER",
  ip_gre: "NET_IPGRE",
  ip_tables: "IP_NF_IPTABLES",
  ipip: "NET_IPIP",
  ipt_REJECT: "IP_NF_TARGET_REJECT",
  iptable_filter: "IP_NF_FILTER",
  iptable_nat: "IP_NF_NAT",
  nf_conntrack_netlink: "NF_CT_NETLINK",
  overlay: "OVERLAY_FS",
  vrf: "NET_VRF",
  xt_MASQUERADE: "NETFILTER_XT_TARGET_MASQUERADE",
  xt_mark: "NETFILTER_XT_MARK",
  xt_nat: "NETFILTER_XT_NAT",
  xt_set: "NETFILTER_XT_SET",
};

/** `CONFIG_NET_IPIP` of `ipip`. */
export function kernelOption(module: string): string {
  const name =
    options[module] ??
    module.toUpperCase().replace(/^XT_/, "NETFILTER_XT_MATCH_").replace(/^SCH_/, "NET_SCH_");
  return `CONFIG_${name}`;
}
