/** Schemas of the single values that many fields share, each with its own complaint. */
import * as z from "zod";
import { isLabName, labNameRule } from "../../base/lab-name.ts";
import type { TopologyErrorCode } from "../../base/podwire-error.ts";
import { formatCidr, network, parseCidr } from "../../net/cidr.ts";
import { parseIpAddress } from "../../net/ip-address.ts";
import { parseDnsName, parseDnsRecord } from "../dns-record.ts";
import {
  parseDurationMs,
  parseListener,
  parsePortRange,
  parseRate,
  parseShare,
} from "../scalars.ts";

interface Fault {
  readonly code: TopologyErrorCode;
  readonly message: string;
  readonly hint?: string;
}

/** Text that `faultIn` has no complaint about. */
function text(faultIn: (value: string) => Fault | undefined): z.ZodString {
  return z.string().superRefine((value, context) => {
    const fault = faultIn(value);
    if (fault === undefined) return;
    const { message, ...params } = fault;
    context.addIssue({ code: "custom", message, params });
  });
}

function parsed(
  parse: (value: string) => unknown,
  code: TopologyErrorCode,
  message: string,
): z.ZodString {
  return text((value) => (parse(value) === undefined ? { code, message } : undefined));
}

export const addressText: z.ZodType<string> = text(faultInAddress);

/** A block: `10.244.0.0/16`, nothing but zeros after the prefix. */
export const cidrText: z.ZodType<string> = text(faultInCidr);

/** A block, or one of each family with a comma between. */
export const cidrPairText: z.ZodType<string> = text((value) => {
  const texts = value.split(",");
  const fault = texts.map(faultInCidr).find((each) => each !== undefined);
  const families = new Set(texts.map((each) => each.includes(":")));
  if (fault !== undefined || families.size === texts.length) return fault;
  return {
    code: "TOPOLOGY_BAD_CIDR",
    message: "must be one block, or one of each address family",
    hint: "write 10.244.0.0/16,fd00:10:244::/56, or as your blocks are",
  };
});

/** An address, or an address with the prefix length of its network. */
export const hostAddressText: z.ZodType<string> = text((value) =>
  value.includes("/") ? faultInPrefix(value) : faultInAddress(value),
);

export const durationText: z.ZodType<string> = parsed(
  parseDurationMs,
  "TOPOLOGY_BAD_VALUE",
  "must be a time such as 250ms, 5s or 1m30s",
);

export const rateText: z.ZodType<string> = parsed(
  parseRate,
  "TOPOLOGY_BAD_VALUE",
  "must be a rate such as 10mbit or 125kbps",
);

export const shareText: z.ZodType<string> = parsed(
  parseShare,
  "TOPOLOGY_BAD_VALUE",
  "must be a share such as 0.5%",
);

export const listenerText: z.ZodType<string> = parsed(
  parseListener,
  "TOPOLOGY_BAD_PORT",
  "must be tcp/PORT or udp/PORT, with a port of 1..65535",
);

export const dnsNameText: z.ZodType<string, string> = parsed(
  parseDnsName,
  "TOPOLOGY_BAD_VALUE",
  "must be a DNS name such as docs.example.net",
);

export const dnsRecordText: z.ZodType<string> = parsed(
  parseDnsRecord,
  "TOPOLOGY_BAD_VALUE",
  "must be an address, or a record such as CNAME docs.example.net, MX 10 mail.example.net or TXT hello",
);

export const portRangeText: z.ZodType<string> = parsed(
  parsePortRange,
  "TOPOLOGY_BAD_PORT",
  "must be FIRST-LAST, each 1..65535",
);

export const port: z.ZodType<number> = z.int().superRefine((value, context) => {
  if (value >= 1 && value <= 65_535) return;
  const params = { code: "TOPOLOGY_BAD_PORT" };
  context.addIssue({ code: "custom", message: "must be 1..65535", params });
});

/** One of each family, IPv4 first. */
export const cidrTexts: z.ZodOptional<z.ZodArray<z.ZodType<string>>> = z
  .array(cidrText)
  .min(1)
  .max(2)
  .optional();
export const addressTexts: z.ZodOptional<z.ZodArray<z.ZodType<string>>> = z
  .array(addressText)
  .min(1)
  .max(2)
  .optional();

/** A DNS label: names of nodes and hosts become netns and host names. */
export const dnsLabel: z.ZodType<string> = text((value) =>
  /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(value)
    ? undefined
    : {
        code: "TOPOLOGY_BAD_VALUE",
        message: "must be 1..63 small letters, digits and dashes, no dash at either end",
      },
);

/** A lab is called as its topology, unless told otherwise. */
export const labName: z.ZodType<string> = text((value) =>
  isLabName(value) ? undefined : { code: "TOPOLOGY_BAD_VALUE", message: labNameRule },
);

/** The value of a sentence or a name that only people read. */
export const sentence: z.ZodType<string> = z.string().min(1);

function faultInAddress(value: string): Fault | undefined {
  if (parseIpAddress(value) !== undefined) return undefined;
  const code = "TOPOLOGY_BAD_ADDRESS";
  if (parseCidr(value) !== undefined) {
    const [address] = value.split("/");
    return { code, message: "must be an address without prefix length", hint: `write ${address}` };
  }
  const octet = value.split(".").find((part) => Number(part) > 255);
  if (/^\d+(\.\d+){3}$/.test(value) && octet !== undefined) {
    return { code, message: `${octet} is more than 255`, hint: "write a number between 0 and 255" };
  }
  return { code, message: "must be an IP address such as 192.168.0.14" };
}

function faultInPrefix(value: string): Fault | undefined {
  if (parseCidr(value) !== undefined) return undefined;
  const code = "TOPOLOGY_BAD_CIDR";
  const [address = "", length = ""] = value.split("/");
  const parsedAddress = parseIpAddress(address);
  if (parsedAddress !== undefined && /^\d+$/.test(length)) {
    const bits = parsedAddress.includes(":") ? 128 : 32;
    const hint = `write a prefix length between 0 and ${bits}`;
    return { code, message: `prefix length must be 0..${bits}`, hint };
  }
  return { code, message: "must be a block such as 10.244.0.0/16" };
}

function faultInCidr(value: string): Fault | undefined {
  if (parseIpAddress(value) !== undefined) {
    return {
      code: "TOPOLOGY_BAD_CIDR",
      message: "must have a prefix length",
      hint: `write ${value}/16, or another length`,
    };
  }
  return faultInPrefix(value) ?? faultInHostBits(value);
}

function faultInHostBits(value: string): Fault | undefined {
  const block = parseCidr(value);
  if (block === undefined || network(block).address === block.address) return undefined;
  return {
    code: "TOPOLOGY_BAD_CIDR",
    message: `has bits set behind its prefix of ${block.prefixLength}`,
    hint: `write ${formatCidr(network(block))}`,
  };
}
