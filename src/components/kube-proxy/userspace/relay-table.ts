/** What kube-proxy itself does in userspace mode, as lines beside the rules that lead to it: who relays what, and where to. */
import type { TransportProtocol } from "../model/services/service-port.ts";

export interface RelayEntry {
  /** `shop/web:http`. */
  readonly name: string;
  readonly protocol: TransportProtocol;
  /** Where it listens, on every address of the node. */
  readonly proxyPort: number;
  readonly affinitySeconds: number | undefined;
  /** `ip:port`, which take turns. */
  readonly endpoints: readonly string[];
}

/** A comment to iptables: `# relay tcp 20000 shop/web:http affinity 10800 -> 10.244.1.2:8080 10.244.2.2:8080`. */
export function formatRelay(entry: RelayEntry): string {
  const { name, protocol, proxyPort, affinitySeconds, endpoints } = entry;
  const affinity = affinitySeconds === undefined ? "" : ` affinity ${affinitySeconds}`;
  return ["#", "relay", protocol, proxyPort, `${name}${affinity}`, "->", ...endpoints].join(" ");
}

const RELAY =
  /^# relay (?<protocol>tcp|udp) (?<port>\d+) (?<name>\S+)(?: affinity (?<seconds>\d+))? ->(?<endpoints>.*)$/;

/** Of a text with other lines in it. */
export function parseRelays(text: string): readonly RelayEntry[] {
  return text.split("\n").flatMap((line) => {
    const groups = RELAY.exec(line)?.groups;
    if (groups === undefined) return [];
    const { protocol, port, name = "", seconds, endpoints = "" } = groups;
    return {
      name,
      protocol: protocol === "udp" ? "udp" : "tcp",
      proxyPort: Number(port),
      affinitySeconds: seconds === undefined ? undefined : Number(seconds),
      endpoints: endpoints.split(" ").filter((endpoint) => endpoint !== ""),
    };
  });
}
