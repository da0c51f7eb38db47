import { Deadline } from "../../base/deadline.ts";
import { checkFilter } from "../../lab/check-filter.ts";
import { connect } from "../../lab/connect.ts";
import { LabError } from "../../lab/lab-error.ts";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { openOutput } from "../capture-output.ts";
import type { Terminal } from "../terminal.ts";

export interface CaptureFlags {
  readonly write?: string;
  readonly filter?: string;
  readonly where?: string;
  readonly count?: number;
  readonly duration?: number;
  readonly lab?: string;
}

/** Until Ctrl-C, the count or the time; with neither `-w` nor a limit, tcpdump's manner. */
export async function captureCommand(
  places: readonly string[],
  { write, filter, where, count, duration, lab: name }: CaptureFlags,
  { out, err }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (where !== undefined) refuseFault(where);
  await using output = await openOutput(write, out);
  // Whatever goes wrong, nothing in the lab goes on capturing for nobody.
  await using capture = await connect(name).capture(places, {
    ...(filter !== undefined && { captureFilter: filter }),
    signal,
  });
  err(`capturing on ${capture.interfaces.join(", ")}; Ctrl-C ends it\n`);
  const enough = new AbortController();
  let seen = 0;
  const onPacket = (packet: CapturedPacket): void => {
    if (count !== undefined && seen >= count) return;
    seen++;
    output.packet(packet);
    if (seen === count) enough.abort();
  };
  const following = capture.follow(onPacket, { where });
  using limit = duration === undefined ? undefined : new Deadline(duration * 1_000);
  const ends = [signal, enough.signal, ...(limit === undefined ? [] : [limit.signal])];
  // It also ends by itself: a lab that is gone.
  await Promise.race([...ends.map(aborted), following]);
  // Stopping drains: what was on the wire before Ctrl-C is printed and written.
  const { packets, droppedByKernel } = await capture.stop();
  await following;
  err(`${packets} packets captured, ${droppedByKernel} dropped by the kernel\n`);
  await output.end(capture.interfaces);
  if (write !== undefined && write !== "-") err(`${seen} packets written to ${write}\n`);
}

/** Before anything is captured, as everything that can be told by then. */
function refuseFault(filter: string): void {
  const fault = checkFilter(filter);
  if (fault === undefined) return;
  const { message, hint } = fault;
  const withHint = hint === undefined ? {} : { hint };
  throw new LabError({ code: "FILTER_INVALID", message, exitCode: 2, ...withHint });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
