/**
 * Text with places in it: `ip.dst == ${svc/vote/redis} && tcp`. A place stands
 * for its address: of a Service the ClusterIP, of a workload one of its pods,
 * of a node or host its own; `${node/node01:cni0}` is that interface's. Of several the
 * address of the cluster's first family is meant, but for `${svc/vote/redis IPv6}`.
 */
import type { IpFamily } from "../../net/ip-address.ts";
import { parseInterfacePlace, parseWhere } from "../where/parse-where.ts";
import type { Parsed, WhereFault } from "../where/parsed.ts";
import type { AddressPlace, InterfacePlace, ServicePlace } from "../where/where.ts";

interface TemplateText {
  readonly type: "text";
  readonly text: string;
}

interface TemplateReference {
  readonly type: "reference";
  readonly place: ReferencePlace;
  /** Where `${` begins in the whole text, and how long it is up to `}`. */
  readonly offset: number;
  readonly length: number;
}

/** Anything with an address that podwire knows; a DNS name is not among them. */
export type ReferencePlace = (
  | InterfacePlace
  | { readonly where: ServicePlace | AddressPlace; readonly interface: undefined }
) & {
  /** Absent: of a single address that of the first family, of all addresses those of either. */
  readonly family?: IpFamily;
};

type TemplatePart = TemplateText | TemplateReference;

export interface Template {
  /** As the user wrote it. */
  readonly text: string;
  readonly parts: readonly TemplatePart[];
}

interface TemplateFault extends WhereFault {
  readonly offset: number;
  readonly length: number;
}

export type ParsedTemplate =
  | { readonly ok: true; readonly value: Template }
  | { readonly ok: false; readonly faults: readonly TemplateFault[] };

/** Splits at `${…}`. Every bad place is a fault of its own. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  const faults: TemplateFault[] = [];
  let end = 0;
  for (const match of text.matchAll(/\$\{([^}]*)(\}?)/g)) {
    const { index: offset } = match;
    const [{ length }, name = "", close] = match;
    if (offset > end) parts.push({ type: "text", text: text.slice(end, offset) });
    end = offset + length;
    const parsed = parseReference(name);
    if (close === "") {
      faults.push({ offset, length, message: "unclosed place", hint: "close it with `}`" });
    } else if (parsed.ok) {
      parts.push({ type: "reference", place: parsed.value, offset, length });
    } else {
      faults.push({ offset: offset + 2, length: Math.max(1, name.length), ...parsed.fault });
    }
  }
  if (end < text.length) parts.push({ type: "text", text: text.slice(end) });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: { text, parts } };
}

/** The text with every place replaced by what `addressOf` says. */
export function fillTemplate(
  { parts }: Template,
  addressOf: (place: ReferencePlace) => string,
): string {
  return parts.map((part) => (part.type === "text" ? part.text : addressOf(part.place))).join("");
}

/** What may stand between `${` and `}`; expectations take the same without the braces. */
export function parseReference(text: string): Parsed<ReferencePlace> {
  const [, place = text, name] = /^(.*?) +(IPv[46])$/.exec(text) ?? [];
  const parsed = parsePlace(place);
  if (!parsed.ok || name === undefined) return parsed;
  return { ok: true, value: { ...parsed.value, family: name === "IPv4" ? "ipv4" : "ipv6" } };
}

function parsePlace(text: string): Parsed<ReferencePlace> {
  const parsed = parseWhere(text);
  if (parsed.ok) {
    const { value } = parsed;
    if (value.type === "service" || value.type === "address") {
      return { ok: true, value: { where: value, interface: undefined } };
    }
  }
  return parseInterfacePlace(text);
}
