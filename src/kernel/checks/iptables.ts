/** Every match and target that kube-proxy's iptables mode writes, each loaded as a lab loads rules. */

import type { Netns } from "../netns.ts";
import type { Need } from "../programs/need.ts";
import { runRestore } from "../rules/restore.ts";
import { ipsetRestore, iptablesRestore, iptablesSave } from "../rules/rules.ts";
import type { Check, CheckGroup } from "./check.ts";

const usual: readonly Need[] = ["labs", "kube-proxy mode iptables"];

export const iptables: CheckGroup<Netns> = {
  name: "iptables",
  checks: [
    {
      name: "either backend",
      neededBy: ["labs"],
      modules: ["nf_tables"],
      attempt: (netns) => iptablesSave(netns),
    },
    backend("nft", ["nf_tables", "nft_compat"]),
    backend("legacy", ["ip_tables", "iptable_nat", "iptable_filter"]),
    rule("match comment", "filter", '-m comment --comment "a b" -j RETURN', "xt_comment"),
    rule("match conntrack", "filter", "-m conntrack --ctstate NEW,DNAT -j RETURN", "xt_conntrack"),
    rule("match addrtype", "filter", "-m addrtype --dst-type LOCAL -j RETURN", "xt_addrtype"),
    rule("match mark", "filter", "-m mark --mark 0x4000/0x4000 -j RETURN", "xt_mark"),
    rule(
      "match statistic",
      "nat",
      "-m statistic --mode random --probability 0.5000000000 -j RETURN",
      "xt_statistic",
    ),
    {
      ...rule(
        "match recent",
        "nat",
        "-m recent --name K --rcheck --seconds 10800 --reap -j RETURN",
        "xt_recent",
      ),
      neededBy: ["session affinity"],
    },
    {
      name: "match set",
      neededBy: ["kube-proxy mode ipvs", "network policies", "network plugin weave"],
      program: "ipset",
      modules: ["ip_set_hash_ipport", "xt_set"],
      attempt: async (netns) => {
        await ipsetRestore(netns, "create K hash:ip,port\n");
        await load(netns, "nat", "-m set --match-set K dst,dst -j RETURN");
      },
    },
    rule("target MARK", "nat", "-j MARK --or-mark 0x4000", "xt_mark"),
    rule("target DNAT", "nat", "-p tcp -j DNAT --to-destination 10.244.1.2:8080", "xt_nat"),
    rule(
      "target MASQUERADE --random-fully",
      "nat",
      "-j MASQUERADE --random-fully",
      "xt_MASQUERADE",
    ),
    rule("target REJECT", "filter", "-j REJECT", "ipt_REJECT"),
  ],
};

/** One of the kernel's two interfaces; labs take the first that works. */
function backend(name: "nft" | "legacy", modules: readonly string[]): Check<Netns> {
  const file = `iptables-${name}`;
  return {
    name: `${name} backend`,
    // The other one will do.
    neededBy: [],
    program: file,
    modules,
    attempt: async (netns) => {
      const env = { XTABLES_LOCKFILE: `/run/xtables-${netns.name}.lock` };
      for (const table of ["filter", "nat", "mangle"]) {
        await runRestore({ netns, file, args: ["-t", table, "-n", "-L"], env });
      }
    },
  };
}

function rule(name: string, table: string, text: string, module: string): Check<Netns> {
  return {
    name,
    neededBy: usual,
    modules: [module],
    attempt: (netns) => load(netns, table, text),
  };
}

function load(netns: Netns, table: string, text: string): Promise<void> {
  return iptablesRestore(netns, `*${table}\n:K - [0:0]\n-A K ${text}\nCOMMIT\n`);
}
