/** The kernel settings that kube-proxy makes at its start, per network namespace. */
import type { IpFamily } from "../../../net/ip-address.ts";
import type { KubeProxyConfig } from "./config.ts";
import { includesLoopback } from "./node-port-addresses.ts";

/**
 * Paths below /proc/sys, with slashes. nf_conntrack_max and its hash size are left out:
 * they belong to the whole machine, not to one node on it.
 */
export function nodeSysctls(
  config: KubeProxyConfig,
  family: IpFamily,
): Readonly<Record<string, string>> {
  const { conntrack } = config;
  const seconds = (milliseconds: number): string => String(Math.floor(milliseconds / 1000));
  const timeouts: ReadonlyArray<readonly [string, number]> = [
    ["nf_conntrack_tcp_timeout_established", conntrack.tcpEstablishedTimeoutMs],
    ["nf_conntrack_tcp_timeout_close_wait", conntrack.tcpCloseWaitTimeoutMs],
    ["nf_conntrack_udp_timeout", conntrack.udpTimeoutMs],
    ["nf_conntrack_udp_timeout_stream", conntrack.udpStreamTimeoutMs],
  ];
  const sysctls: Record<string, string> = {};
  // Without it the kernel drops a packet from 127.0.0.1 that DNAT has sent to another machine.
  if (servesLocalhost(config, family)) sysctls["net/ipv4/conf/all/route_localnet"] = "1";
  for (const [name, milliseconds] of timeouts) {
    if (milliseconds > 0) sysctls[`net/netfilter/${name}`] = seconds(milliseconds);
  }
  if (conntrack.tcpBeLiberal) sysctls["net/netfilter/nf_conntrack_tcp_be_liberal"] = "1";
  return sysctls;
}

/** Node ports answer on 127.0.0.1: in iptables mode, on IPv4, unless configured otherwise. */
export function servesLocalhost(config: KubeProxyConfig, family: IpFamily): boolean {
  return (
    config.mode === "iptables" &&
    family === "ipv4" &&
    config.iptables.localhostNodePorts &&
    includesLoopback(config.nodePortAddresses)
  );
}
