import type { NodeIpvs } from "../../../kernel/rules/ipvs.ts";
import type { RelayKernel } from "../userspace/relay-kernel.ts";

/** What a kube-proxy may do to the kernel of its node. The lab hands over the real thing. */
export interface ProxyKernel {
  /** `iptables-restore --noflush`. */
  readonly iptablesRestore: (payload: string) => Promise<void>;
  /** `iptables-save`, of one table or of all. */
  readonly iptablesSave: (table?: "mangle") => Promise<string>;
  /** `nft -f -`: one transaction, all of it or nothing. */
  readonly nftApply: (script: string) => Promise<void>;
  /** `nft -j list table FAMILY kube-proxy`; undefined when there is no such table. */
  readonly nftListTable: (family: "ip" | "ip6") => Promise<string | undefined>;
  /** What mode ipvs does besides. */
  readonly ipvs: NodeIpvs;
  /** Sockets of kube-proxy itself, for mode userspace. */
  readonly relay: RelayKernel;
}
