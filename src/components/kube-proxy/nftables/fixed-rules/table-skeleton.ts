/**
 * What the table has whether there are Services or not: its chains at the kernel's hooks, and the
 * rules from there to the maps of `containers.ts`, which lead from a destination to a Service's chain.
 */
import type { NftablesSettings } from "../settings.ts";
import { addAndFlush, type FamilyWords, familyWords } from "../text/statements.ts";
import { containerCommands, nodePortSet } from "./containers.ts";

interface BaseChain {
  readonly name: string;
  readonly type: "filter" | "nat";
  readonly hook: "prerouting" | "input" | "forward" | "output" | "postrouting";
  readonly priority: number;
}

/** Numbers, not names: `dstnat-10` is refused in the hooks that need it. */
const baseChains: readonly BaseChain[] = [
  { name: "filter-prerouting-pre-dnat", type: "filter", hook: "prerouting", priority: -110 },
  { name: "filter-output-pre-dnat", type: "filter", hook: "output", priority: -110 },
  { name: "filter-input", type: "filter", hook: "input", priority: 0 },
  { name: "filter-forward", type: "filter", hook: "forward", priority: 0 },
  { name: "filter-output", type: "filter", hook: "output", priority: 0 },
  { name: "nat-prerouting", type: "nat", hook: "prerouting", priority: -100 },
  { name: "nat-output", type: "nat", hook: "output", priority: -100 },
  { name: "nat-postrouting", type: "nat", hook: "postrouting", priority: 100 },
];

/** In the order in which a chain has them. */
const jumps: ReadonlyArray<readonly [chain: string, rule: string]> = [
  ["filter-input", "ct state new jump nodeport-endpoints-check"],
  ["filter-input", "ct state new jump service-endpoints-check"],
  ["filter-forward", "ct state new jump service-endpoints-check"],
  ["filter-output", "ct state new jump service-endpoints-check"],
  // Before DNAT, because after it nobody knows which address the client had asked for.
  ["filter-prerouting-pre-dnat", "ct state new jump firewall-check"],
  ["filter-output-pre-dnat", "ct state new jump firewall-check"],
  ["nat-output", "jump services"],
  ["nat-prerouting", "jump services"],
  ["nat-postrouting", "jump masquerading"],
  ["filter-forward", "ct state new jump cluster-ips-check"],
  ["filter-output", "ct state new jump cluster-ips-check"],
];

/** The chains that rules and maps lead to. */
const helperChains: ReadonlyArray<readonly [name: string, comment?: string]> = [
  ["mark-for-masquerade"],
  ["masquerading"],
  ["cluster-ips-check"],
  ["reject-chain", "helper for @no-endpoint-services / @no-endpoint-nodeports"],
  ["service-endpoints-check"],
  ["firewall-check"],
  ["nodeport-endpoints-check"],
  ["services"],
];

/** All commands of a full sync that are about no Service. `isFirst`: nobody knows what a former kube-proxy left. */
export function skeletonCommands(
  settings: NftablesSettings,
  { isFirst }: { readonly isFirst: boolean },
): readonly string[] {
  const words = familyWords(settings.family);
  const { table } = words;
  return [
    `add table ${table} { comment "rules for kube-proxy" ; }`,
    // Of another release they may hang at another priority, and then `add` would fail.
    ...(isFirst
      ? baseChains.flatMap(({ name }) => [
          `add chain ${table} ${name}`,
          `delete chain ${table} ${name}`,
        ])
      : []),
    ...baseChains.flatMap(({ name, type, hook, priority }) => [
      `add chain ${table} ${name} { type ${type} hook ${hook} priority ${priority} ; }`,
      `flush chain ${table} ${name}`,
    ]),
    ...helperChains.flatMap(([name, comment]) => addHelper(table, name, comment)),
    ...containerCommands(words),
    ...nodePortSet(settings, words),
    ...rules(settings, words).map(([chain, rule]) => `add rule ${table} ${chain} ${rule}`),
  ];
}

function addHelper(table: string, name: string, comment: string | undefined): readonly string[] {
  const [add, flush] = addAndFlush(table, name);
  return [`${add}${comment === undefined ? "" : ` { comment "${comment}" ; }`}`, `${flush}`];
}

function rules(
  settings: NftablesSettings,
  { ip, loopback }: FamilyWords,
): ReadonlyArray<readonly [chain: string, rule: string]> {
  const { mark, nodePorts, serviceCIDRs } = settings;
  const byAddress = `${ip} daddr . meta l4proto . th dport vmap`;
  const byPort = "meta l4proto . th dport vmap";
  const everywhere = nodePorts.type === "all";
  return [
    ...jumps,
    ["mark-for-masquerade", `mark set mark or ${mark}`],
    ["masquerading", `mark and ${mark} == 0 return`],
    // Cleared, so that a packet that passes here again, encapsulated or looped, is judged anew.
    ["masquerading", `mark set mark xor ${mark}`],
    ["masquerading", "masquerade fully-random"],
    [
      "cluster-ips-check",
      `${ip} daddr @cluster-ips reject comment "Reject traffic to invalid ports of ClusterIPs"`,
    ],
    ...(serviceCIDRs.length === 0
      ? []
      : [
          [
            "cluster-ips-check",
            `${ip} daddr { ${serviceCIDRs.join(",")} } drop comment "Drop traffic to unallocated ClusterIPs"`,
          ] as const,
        ]),
    ["service-endpoints-check", `${byAddress} @no-endpoint-services`],
    ["firewall-check", `${byAddress} @firewall-ips`],
    [
      "nodeport-endpoints-check",
      `${ip} daddr ${everywhere ? `!= ${loopback}` : "@nodeport-ips"} ${byPort} @no-endpoint-nodeports`,
    ],
    ["reject-chain", "reject"],
    ["services", `${byAddress} @service-ips`],
    [
      "services",
      `${everywhere ? `fib daddr type local ${ip} daddr != ${loopback}` : `${ip} daddr @nodeport-ips`} ${byPort} @service-nodeports`,
    ],
  ];
}
