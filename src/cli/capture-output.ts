/** Where captured packets go. Here and not in the lab: its /run is another one, and standard output is ours. */
import { statSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";
import { LabError } from "../lab/lab-error.ts";
import type { CapturedPacket } from "../observe/captured-packet.ts";
import { CapturedStream, encodeCaptured } from "../observe/write-captured.ts";
import { packetPrinter } from "../report/text/packet-text.ts";
import { fileRefusal } from "./file-refusal.ts";
import type { Terminal } from "./terminal.ts";

export interface CaptureOutput extends AsyncDisposable {
  readonly packet: (packet: CapturedPacket) => void;
  /** @param interfaces those that saw nothing, too. */
  readonly end: (interfaces: readonly string[]) => Promise<void>;
}

/**
 * Lines on the screen, a pcapng on standard output as packets come (`-`), or a file of them in the order of their times.
 *
 * @throws HostError HOST_FILE when the file cannot be written, before anything is captured: as tcpdump, it is made empty at once.
 */
export async function openOutput(
  file: string | undefined,
  out: Terminal["out"],
): Promise<CaptureOutput> {
  if (file === undefined) return screen(out);
  return file === "-" ? standardOutput() : openFile(file);
}

function screen(out: Terminal["out"]): CaptureOutput {
  const print = packetPrinter();
  return {
    packet: (packet) => out(`${print(packet)}\n`),
    end: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

function standardOutput(): CaptureOutput {
  const stream = new CapturedStream();
  process.stdout.write(stream.begin());
  return {
    packet: (packet) => void process.stdout.write(stream.packet(packet)),
    end: async (interfaces) => void process.stdout.write(stream.end(interfaces)),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

async function openFile(file: string): Promise<CaptureOutput> {
  checkFolder(file);
  const handle = await refusing(file, () => open(file, "w"));
  const kept: CapturedPacket[] = [];
  return {
    packet: (packet) => void kept.push(packet),
    end: async (interfaces) => {
      const sorted = [...kept].sort((a, b) => Number(a.timestampNs - b.timestampNs));
      await refusing(file, () => handle.writeFile(encodeCaptured(sorted, interfaces)));
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

/** As tcpdump, which makes no folders either. */
function checkFolder(file: string): void {
  const folder = path.dirname(path.resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const message = `${file}: there is no folder ${folder}`;
  throw new LabError({ code: "USAGE", message, exitCode: 2 });
}

async function refusing<T>(file: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw fileRefusal(error, file) ?? error;
  }
}
