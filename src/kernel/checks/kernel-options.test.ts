import test from "ava";
import { kernelOption } from "./kernel-options.ts";

const cases: ReadonlyArray<readonly [module: string, option: string]> = [
  ["ipip", "CONFIG_NET_IPIP"],
  ["ip_gre", "CONFIG_NET_IPGRE"],
  ["vxlan", "CONFIG_VXLAN"],
  ["sch_netem", "CONFIG_NET_SCH_NETEM"],
  ["xt_statistic", "CONFIG_NETFILTER_XT_MATCH_STATISTIC"],
  ["xt_MASQUERADE", "CONFIG_NETFILTER_XT_TARGET_MASQUERADE"],
  ["ip_set_hash_ipport", "CONFIG_IP_SET_HASH_IPPORT"],
  ["nft_fib_ipv4", "CONFIG_NFT_FIB_IPV4"],
  ["overlay", "CONFIG_OVERLAY_FS"],
];

for (const [module, option] of cases) {
  test(`${module} is built by ${option}`, (t) => {
    t.is(kernelOption(module), option);
  });
}
