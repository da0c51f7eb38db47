/** What nodes and hosts are plugged into, as written. */
import * as z from "zod";
import { addressText, cidrText, cidrTexts, dnsLabel } from "./scalar-schemas.ts";

export interface RawSubnet {
  readonly name: string;
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly gateway?: string | undefined;
}

export interface RawRouter {
  readonly name: string;
  readonly asNumber?: number | undefined;
  readonly addresses?: Readonly<Record<string, string | readonly string[]>> | undefined;
}

export interface RawLink {
  readonly between: readonly string[];
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
}

export interface RawUnderlay {
  readonly cidr?: string | undefined;
  readonly cidrs?: readonly string[] | undefined;
  readonly gateway?: string | undefined;
  readonly mtu?: number | undefined;
  readonly subnets?: readonly RawSubnet[] | undefined;
  readonly routers?: readonly RawRouter[] | undefined;
  readonly links?: readonly RawLink[] | undefined;
}

export const rawUnderlay: z.ZodType<RawUnderlay> = z.strictObject({
  cidr: cidrText
    .optional()
    .describe("the one subnet of all nodes; 192.168.0.0/24 unless given, and not beside subnets"),
  cidrs: cidrTexts.describe("in place of cidr, one of each family"),
  gateway: addressText
    .optional()
    .describe("the router's address in it; the first of the subnet unless given"),
  mtu: z
    .int()
    .min(576)
    .max(65_535)
    .optional()
    .describe("bytes, of every device of the underlay; 1500 unless given"),
  subnets: z
    .array(
      z.strictObject({
        name: dnsLabel.describe("how routers refer to it"),
        cidr: cidrText
          .optional()
          .describe("nodes and hosts whose address lies in it are plugged into it"),
        cidrs: cidrTexts.describe("in place of cidr, one of each family"),
        gateway: addressText
          .optional()
          .describe("needed only when several routers have an address in the subnet"),
      }),
    )
    .optional()
    .describe("several switches in place of one, such as one per rack"),
  routers: z
    .array(
      z.strictObject({
        name: dnsLabel.describe("the router's name, and that of its network namespace"),
        asNumber: z
          .int()
          .min(1)
          .max(4_294_967_295)
          .optional()
          .describe("it speaks BGP for this AS"),
        addresses: z
          .record(z.string(), z.union([addressText, z.array(addressText).min(1).max(2)]))
          .optional()
          .describe("its address in each subnet, by the subnet's name; or one of each family"),
      }),
    )
    .optional()
    .describe("what joins the subnets"),
  links: z
    .array(
      z.strictObject({
        between: z.array(z.string()).length(2).describe("the names of two routers"),
        cidr: cidrText
          .optional()
          .describe("the first router gets its first address, the second its second"),
        cidrs: cidrTexts.describe("in place of cidr, one of each family"),
      }),
    )
    .optional()
    .describe("cables between two routers"),
});
