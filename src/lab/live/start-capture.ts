import { ProgramError } from "../../base/podwire-error.ts";
import { Capture, type CaptureOptions } from "../../observe/capture.ts";
import type { Machines } from "./machines/machines.ts";
import type { LiveDevice } from "./places/places.ts";
import { RunError } from "./run-error.ts";

/**
 * Captures on devices of machines; resolves when all are listened to.
 *
 * @throws RunError for a device that is not there, and for a capture filter that tcpdump does not take: the caller's
 *   mistakes, where whatever else fails is the host's.
 */
export async function startCapture(
  devices: readonly LiveDevice[],
  machines: Machines,
  options: CaptureOptions,
): Promise<Capture> {
  for (const each of devices) checkDevice(each, machines);
  const points = devices.map(({ netns, label, device }) => ({
    netns: machines.netns(netns),
    device,
    interfaceName: `${label}:${device}`,
  }));
  try {
    return await Capture.start(points, options);
  } catch (error) {
    throw badFilter(error, options.captureFilter) ?? error;
  }
}

function checkDevice({ netns, label, device }: LiveDevice, machines: Machines): void {
  const netlink = machines.netlink(netns);
  if (netlink.index(device) !== undefined) return;
  const names = netlink.links().map(({ name }) => name);
  throw new RunError("RUN_NO_SUCH_PLACE", `${label} has no interface ${device}`, {
    hint: `it has ${names.join(", ")}`,
  });
}

/** tcpdump ends its complaint about a filter with what pcap_compile(3) said. */
function badFilter(error: unknown, filter: string | undefined): RunError | undefined {
  if (!(error instanceof ProgramError) || filter === undefined) return undefined;
  const said =
    /^tcpdump: (?<said>.*(expression|syntax error|illegal|unknown|invalid|not supported).*)$/im.exec(
      error.stderr,
    )?.groups?.["said"];
  if (said === undefined) return undefined;
  return new RunError("RUN_BAD_FILTER", `capture filter ${JSON.stringify(filter)}: ${said}`, {
    hint: "write it as pcap-filter(7) says, such as `tcp port 80`",
    cause: error,
  });
}
