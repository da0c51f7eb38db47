import { connect } from "../../lab/connect.ts";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { packetPrinter } from "../../report/packet-text.ts";
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
  const capture = await connect(name).capture(places, {
    ...(filter !== undefined && { captureFilter: filter }),
    signal,
  });
  err(`capturing on ${capture.interfaces.join(", ")}${signal.aborted ? "" : "; Ctrl-C ends it"}\n`);
  const enough = new AbortController();
  const print = packetPrinter();
  let seen = 0;
  const onPacket = (packet: CapturedPacket): void => {
    if (count !== undefined && seen >= count) return;
    seen++;
    if (write === undefined) out(`${print(packet)}\n`);
    if (seen === count) enough.abort();
  };
  const following = capture.follow(onPacket, { where });
  const ends = [
    signal,
    enough.signal,
    ...(duration ? [AbortSignal.timeout(duration * 1_000)] : []),
  ];
  await aborted(AbortSignal.any(ends));
  // Stopping drains: what was on the wire before Ctrl-C is printed and written.
  const { packets, droppedByKernel } = await capture.stop({ file: write, where });
  await following;
  err(`${packets} packets captured, ${droppedByKernel} dropped by the kernel\n`);
  if (write !== undefined) err(`written to ${write}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
