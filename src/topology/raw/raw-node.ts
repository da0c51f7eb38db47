/** A node of the cluster as written. */
import * as z from "zod";
import { type RawProxy, rawProxy } from "./raw-proxy.ts";
import {
  addressText,
  addressTexts,
  cidrText,
  cidrTexts,
  dnsLabel,
  sentence,
} from "./scalar-schemas.ts";

export interface RawTaint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

export interface RawNode {
  readonly name: string;
  readonly roles?: ReadonlyArray<"control-plane" | "worker"> | undefined;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly taints?: readonly RawTaint[] | undefined;
  readonly podCIDR?: string | undefined;
  readonly podCIDRs?: readonly string[] | undefined;
  readonly proxy?: RawProxy | undefined;
  readonly joined?: boolean | undefined;
}

const labels = z.record(z.string(), z.string());

export const rawNode: z.ZodType<RawNode> = z.strictObject({
  name: dnsLabel.describe("the node's name, and that of its network namespace"),
  roles: z
    .array(z.enum(["control-plane", "worker"]))
    .optional()
    .describe("worker unless given; a control-plane node is tainted as kubeadm taints it"),
  address: addressText
    .optional()
    .describe("of eth0, in a subnet of the underlay; the next free one from .11 unless given"),
  addresses: addressTexts.describe("in place of address, one of each family"),
  labels: labels.optional().describe("labels of the Node object, besides those kubelet sets"),
  taints: z
    .array(
      z.strictObject({
        key: sentence.describe("such as node-role.kubernetes.io/control-plane"),
        value: z.string().optional().describe("empty unless given"),
        effect: z
          .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
          .describe("what happens to pods that do not tolerate the taint"),
      }),
    )
    .optional()
    .describe("taints in place of those that the roles imply"),
  podCIDR: cidrText
    .optional()
    .describe("this node's share of the pod CIDR; the next free one unless given"),
  podCIDRs: cidrTexts.describe("in place of podCIDR, one of each family"),
  proxy: rawProxy
    .optional()
    .describe("fields of KubeProxyConfiguration that differ on this node from services.proxy"),
  joined: z
    .boolean()
    .optional()
    .describe(
      "false: the machine is there, and joins when a Node of its name is made; true unless given",
    ),
});
