/** Machines outside the cluster as written. */
import * as z from "zod";
import {
  addressText,
  addressTexts,
  dnsLabel,
  dnsNameText,
  dnsRecordText,
  durationText,
  hostAddressText,
  listenerText,
} from "./scalar-schemas.ts";

interface RawHostDns {
  readonly records: Readonly<Record<string, string | readonly string[]>>;
}

export interface RawHost {
  readonly name: string;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly listen?: readonly string[] | undefined;
  readonly dns?: RawHostDns | undefined;
}

export interface RawLoadBalancer {
  readonly name?: string | undefined;
  readonly address?: string | undefined;
  readonly addresses?: readonly string[] | undefined;
  readonly mode?: "direct" | "nodePort" | undefined;
  readonly checkInterval?: string | undefined;
}

export const rawHost: z.ZodType<RawHost> = z.strictObject({
  name: dnsLabel.describe("the host's name, and that of its network namespace"),
  address: hostAddressText
    .optional()
    .describe(
      "of eth0: in a subnet of the underlay, or with a prefix length in a network of its own behind the router",
    ),
  addresses: z
    .array(hostAddressText)
    .min(1)
    .max(2)
    .optional()
    .describe("in place of address, one of each family"),
  listen: z
    .array(listenerText)
    .optional()
    .describe("where the built-in responder listens: tcp/80, udp/7"),
  dns: z
    .strictObject({
      records: z
        .record(dnsNameText, z.union([dnsRecordText, z.array(dnsRecordText)]))
        .describe(
          "by name: addresses, or a type and its data as in zone files, such as CNAME docs.example.net; *.example.net stands for all below it",
        ),
    })
    .optional()
    .describe("it is a DNS server, which nodes and hosts ask, and through them CoreDNS"),
});

export const rawLoadBalancer: z.ZodType<RawLoadBalancer> = z.strictObject({
  name: dnsLabel.optional().describe("the host's name; load-balancer unless given"),
  address: addressText.optional().describe("of eth0, in a subnet of the underlay"),
  addresses: addressTexts.describe("in place of address, one of each family"),
  mode: z
    .enum(["direct", "nodePort"])
    .optional()
    .describe("direct: nodes get packets as they were sent. nodePort: by node ports, masqueraded"),
  checkInterval: durationText
    .optional()
    .describe("from one health check of the nodes to the next; 500ms unless given"),
});
