/** What every mode of kube-proxy is to the loop that drives it. */
import type { IpFamily } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "../config/config.ts";
import type { ClusterModel } from "./cluster/cluster-model.ts";
import type { ProxyNode } from "./proxy-node.ts";

export interface Proxier extends Partial<Disposable> {
  /**
   * Makes the node's kernel match `view`. Never called again before it has ended. After a failure
   * the proxier takes nothing about the kernel for granted.
   */
  sync(view: ProxyView): Promise<SyncSummary>;
  /** Whether what was written is still there; false once somebody has flushed the tables. Of a mode that never looks: absent. */
  isIntact?(): Promise<boolean>;
  /** Takes nothing about the kernel for granted any more: the next sync is a full one. */
  forget?(): void;
  /** What decides about packets besides what the kernel has, a line each. Of a mode that leaves all to the kernel: absent. */
  readonly besides?: readonly string[];
}

export interface ProxyView {
  readonly cluster: ClusterModel;
  readonly node: ProxyNode;
  /** Milliseconds; only differences count. */
  readonly nowMs: number;
}

/** What a first sync is made from, where nobody has a kernel. */
export interface RenderInput {
  readonly cluster: ClusterModel;
  readonly config: KubeProxyConfig;
  readonly node: ProxyNode;
  readonly family: IpFamily;
}

export interface SyncSummary {
  readonly type: "full" | "partial";
  /** How many Services were written anew. */
  readonly changed: number;
  /** Size of what programs were given for the kernel: without virtual servers, which are told by netlink. */
  readonly bytes: number;
  /** Service ports whose Local policy finds no endpoint on this node; absent in modes that do not count them. */
  readonly noLocalEndpoints?: { readonly internal: number; readonly external: number };
}
