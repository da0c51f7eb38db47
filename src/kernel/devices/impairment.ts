/** Makes what leaves a device late, lost, doubled, damaged or slow. */
import { HostError, KernelError } from "../../base/podwire-error.ts";
import {
  type Netem,
  qdiscDelete,
  qdiscReplaceNetem,
  qdiscReplaceTbf,
} from "../../wire/netlink/rtnetlink/qdisc.ts";
import type { Rtnetlink } from "./rtnetlink.ts";

/** At full speed this long; below a packet's own time nothing would pass. */
const BURST_MS = 4;
const LEAST_BURST_BYTES = 5_000;
/** How long a packet may wait for its turn. */
const QUEUE_MS = 100;

/**
 * In place of what was done to the device before; nothing set undoes it. By netem, and where the kernel
 * has none a rate by tbf.
 *
 * Equivalent to: `tc qdisc replace dev $device root netem …`
 *
 * @throws HostError when netem is necessary and this kernel lacks it; KernelError.
 */
export function impair(netlink: Rtnetlink, device: string, settings: Netem): void {
  const index = netlink.linksByName([device])[0]?.index ?? 0;
  const set = Object.entries(settings).filter(([, value]) => value !== undefined && value > 0);
  if (set.length === 0) {
    endImpairment(netlink, device, index);
    return;
  }
  try {
    netlink.apply([qdiscReplaceNetem(device, index, Object.fromEntries(set))]);
  } catch (error) {
    if (!isMissing(error)) throw error;
    const { rateBitsPerSecond } = settings;
    if (set.length > 1 || rateBitsPerSecond === undefined || rateBitsPerSecond === 0) {
      throw new HostError("HOST_FEATURE", "this kernel has no netem, and can only limit the rate", {
        hint: "load the kernel module sch_netem, or run it in a virtual machine: see docs/machines.md",
        cause: error,
      });
    }
    const bytesPerMs = rateBitsPerSecond / 8_000;
    const burstBytes = Math.max(LEAST_BURST_BYTES, Math.round(bytesPerMs * BURST_MS));
    const limitBytes = burstBytes + Math.round(bytesPerMs * QUEUE_MS);
    netlink.apply([qdiscReplaceTbf(device, index, { rateBitsPerSecond, burstBytes, limitBytes })]);
  }
}

/** A device without a discipline of its own has nothing to be deleted. */
function endImpairment(netlink: Rtnetlink, device: string, index: number): void {
  try {
    netlink.apply([qdiscDelete(device, index)]);
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof KernelError && error.code === "KERNEL_ENOENT";
}
