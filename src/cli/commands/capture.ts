import { statSync } from "node:fs";
import path from "node:path";
import { Deadline } from "../../base/deadline.ts";
import { connect } from "../../lab/connect.ts";
import { LabError } from "../../lab/lab-error.ts";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { encodeCaptured, writeCaptured } from "../../observe/write-captured.ts";
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
  if (write !== undefined && write !== "-") checkFolder(write);
  // Whatever goes wrong, nothing in the lab goes on capturing for nobody.
  await using capture = await connect(name).capture(places, {
    ...(filter !== undefined && { captureFilter: filter }),
    signal,
  });
  err(`capturing on ${capture.interfaces.join(", ")}; Ctrl-C ends it\n`);
  const enough = new AbortController();
  const print = packetPrinter();
  const kept: CapturedPacket[] = [];
  let seen = 0;
  const onPacket = (packet: CapturedPacket): void => {
    if (count !== undefined && seen >= count) return;
    seen++;
    if (write === undefined) out(`${print(packet)}\n`);
    else kept.push(packet);
    if (seen === count) enough.abort();
  };
  const following = capture.follow(onPacket, { where });
  using limit = duration === undefined ? undefined : new Deadline(duration * 1_000);
  const ends = [signal, enough.signal, ...(limit === undefined ? [] : [limit.signal])];
  // It also ends by itself: a filter that is none, a lab that is gone.
  await Promise.race([...ends.map(aborted), following]);
  // Stopping drains: what was on the wire before Ctrl-C is printed and written.
  const { packets, droppedByKernel } = await capture.stop();
  await following;
  err(`${packets} packets captured, ${droppedByKernel} dropped by the kernel\n`);
  if (write !== undefined) await save(write, kept, capture.interfaces, err);
}

/** As tcpdump, which makes no folders either: a slip in the name is told before anything is captured. */
function checkFolder(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  throw new LabError({
    code: "USAGE",
    message: `${file}: there is no folder ${folder}`,
    exitCode: 2,
  });
}

/** Here and not in the lab: its /run is another one, and standard output is ours. */
async function save(
  file: string,
  packets: readonly CapturedPacket[],
  interfaces: readonly string[],
  err: Terminal["err"],
): Promise<void> {
  const sorted = [...packets].sort((a, b) => Number(a.timestampNs - b.timestampNs));
  if (file === "-") {
    process.stdout.write(encodeCaptured(sorted, interfaces));
    return;
  }
  await writeCaptured(file, sorted, interfaces);
  err(`${packets.length} packets written to ${file}\n`);
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
