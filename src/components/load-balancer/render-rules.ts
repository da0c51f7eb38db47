/**
 * The load balancer's rules, as one transaction for `nft -f -`. Two ways to hand on a packet:
 *
 *     direct     the packet goes to a node as it is, addressed to the Service's external address: the node's
 *                kube-proxy has rules for that. Only a mark says which node; policy routing obeys it.
 *     nodePort   the packet is addressed to a node port of a node, and gets the load balancer's own address as
 *                source, or the answer would go past it.
 */
import { type Cidr, formatCidr } from "../../net/cidr.ts";
import type { Backend, Frontend } from "./frontends.ts";

export type BalancerMode = "direct" | "nodePort";

export interface RulesInput {
  readonly mode: BalancerMode;
  readonly pool: Cidr;
  /** In the order that gives each its mark, from 1: see {@link policyRoutes}. */
  readonly nodes: readonly Backend[];
  readonly frontends: readonly Frontend[];
}

export function renderRules(input: RulesInput): string {
  const chains = input.mode === "direct" ? directChains(input) : nodePortChains(input);
  return [
    "add table ip load-balancer",
    "delete table ip load-balancer",
    "table ip load-balancer {",
    ...chains,
    // Nobody serves the address or the port; sent on, it would come back from the router for ever.
    "  chain refuse {",
    "    type filter hook forward priority 0;",
    `    ip daddr ${formatCidr(input.pool)} meta mark 0 reject with icmp host-unreachable`,
    "  }",
    "}",
    "",
  ].join("\n");
}

/** For `ip -batch -`, once: which node a mark means. `TABLE` of a node is 1000 and its mark. */
export function policyRoutes(nodes: readonly Backend[]): string {
  const lines = nodes.flatMap(({ address }, index) => {
    const table = 1001 + index;
    return [
      `rule add fwmark ${index + 1} lookup ${table} priority ${table}`,
      `route add default via ${address} dev eth0 table ${table}`,
    ];
  });
  return `${lines.join("\n")}\n`;
}

/** The same client port always falls on the same node, with nothing remembered: a hash chooses. */
function directChains({ frontends, nodes }: RulesInput): readonly string[] {
  const markOf = ({ node }: Backend): number => nodes.findIndex((each) => each.node === node) + 1;
  return [
    "  chain choose {",
    "    type filter hook prerouting priority -150;",
    ...served(frontends).map((frontend) => {
      const { backends, protocol, sticky, name } = frontend;
      const client = sticky ? "ip saddr" : `ip saddr . ${protocol} sport`;
      const choice = mapOf(backends, (backend) => String(markOf(backend)));
      return `    ${matchOf(frontend)} meta mark set jhash ${client} mod ${backends.length} map ${choice} comment "${name}"`;
    }),
    "  }",
  ];
}

function nodePortChains({ frontends }: RulesInput): readonly string[] {
  return [
    "  chain choose {",
    "    type nat hook prerouting priority -100;",
    ...served(frontends).flatMap((frontend) => {
      const { backends, nodePort, sticky, name } = frontend;
      if (nodePort === undefined) return [];
      const choice = mapOf(backends, ({ address }) => `${address} . ${nodePort}`);
      const dice = sticky ? "jhash ip saddr" : "numgen random";
      return [
        `    ${matchOf(frontend)} dnat to ${dice} mod ${backends.length} map ${choice} comment "${name}"`,
      ];
    }),
    "  }",
    "  chain hide {",
    "    type nat hook postrouting priority 100;",
    "    ct status dnat masquerade",
    "  }",
  ];
}

function served(frontends: readonly Frontend[]): readonly Frontend[] {
  return frontends.filter(({ backends }) => backends.length > 0);
}

function matchOf({ vip, protocol, port }: Frontend): string {
  return `ip daddr ${vip} ${protocol} dport ${port}`;
}

function mapOf(backends: readonly Backend[], value: (backend: Backend) => string): string {
  return `{ ${backends.map((backend, index) => `${index} : ${value(backend)}`).join(", ")} }`;
}
