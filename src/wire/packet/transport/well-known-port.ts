/** Ports that decide how a payload is read, IANA's registry. */
import {
  STEP_BGP,
  STEP_DATA,
  STEP_DNS,
  STEP_DNS_OVER_TCP,
  STEP_MULTICAST_DNS,
  STEP_VXLAN,
  type Step,
} from "../step.ts";

const DNS_PORT = 53;
const MULTICAST_DNS_PORT = 5353;
const BGP_PORT = 179;
const VXLAN_PORT = 4789;
/** What Linux took before IANA assigned one, and flannel still takes. */
const VXLAN_LINUX_PORT = 8472;

export const defaultVxlanPorts: readonly number[] = [VXLAN_PORT, VXLAN_LINUX_PORT];

/** As Wireshark: the lower port is asked first, since servers have lower ones than clients. */
export function stepOfUdpPorts(a: number, b: number, vxlanPorts: readonly number[]): Step {
  const lower = stepOfUdpPort(Math.min(a, b), vxlanPorts);
  return lower === STEP_DATA ? stepOfUdpPort(Math.max(a, b), vxlanPorts) : lower;
}

function stepOfUdpPort(port: number, vxlanPorts: readonly number[]): Step {
  if (port === DNS_PORT) return STEP_DNS;
  if (port === MULTICAST_DNS_PORT) return STEP_MULTICAST_DNS;
  return vxlanPorts.includes(port) ? STEP_VXLAN : STEP_DATA;
}

/** As {@link stepOfUdpPorts}. */
export function stepOfTcpPorts(a: number, b: number): Step {
  const lower = stepOfTcpPort(Math.min(a, b));
  return lower === STEP_DATA ? stepOfTcpPort(Math.max(a, b)) : lower;
}

function stepOfTcpPort(port: number): Step {
  if (port === DNS_PORT) return STEP_DNS_OVER_TCP;
  return port === BGP_PORT ? STEP_BGP : STEP_DATA;
}
