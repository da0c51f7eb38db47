/** The shape of `golden/dns-cases.json`: questions to a real CoreDNS, and what it answered. */
import type { AnyObject } from "../../src/api/objects/kinds.ts";

export interface DnsCase {
  readonly query: { readonly name: string; readonly type: string };
  readonly rcode: string;
  readonly aa: boolean;
  /** `NAME TTL IN TYPE DATA`, names with their final dot. */
  readonly answer: readonly string[];
  readonly additional: readonly string[];
  /** Of the authority section; `<serial>` stands for any number. */
  readonly soa: string | null;
  /** Which of upstream's tests it retells. */
  readonly note: string;
}

export interface DnsGroup {
  readonly id: string;
  readonly zones: readonly string[];
  /** Lines of the plugin `kubernetes`. */
  readonly options: readonly string[];
  readonly otherPlugins: readonly string[];
  readonly cases: readonly DnsCase[];
}

export interface DnsCases {
  readonly objects: readonly AnyObject[];
  readonly groups: readonly DnsGroup[];
  /** Zone files that Corefiles name. */
  readonly files: Readonly<Record<string, string>>;
}

/** As the data's author had it, and `ready`, which kubelet asks. */
export function corefileOf({ zones, options, otherPlugins }: DnsGroup): string {
  return `.:53 {
    errors
    ready
    root /etc/coredns
    kubernetes ${zones.join(" ")} {
        ${options.join("\n        ")}
    }
    ${otherPlugins.join("\n    ")}
}
`;
}
