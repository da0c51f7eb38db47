/** A client of exec or attach, whatever its connection speaks. */
import type { Readable, Writable } from "node:stream";
import type { Status } from "../../../api/requests/status.ts";
import type { TerminalSize } from "./pod-runtime.ts";

/** Which streams the request asks for. */
export interface WantedChannels {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** Then the client tells the size of its window. */
  readonly tty: boolean;
}

export interface RemoteChannels {
  /** Ends when the client closes it, or goes. */
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  /** Calls back at once with what came already. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
  /** Resolves when the client has gone. */
  readonly closed: Promise<void>;
  /** Sends how it ended, behind all that was written, and closes. */
  readonly finish: (status: CommandStatus) => Promise<void>;
}

/** The Status of a command: what kubectl makes its own exit status of. */
export type CommandStatus = Pick<
  Status,
  "metadata" | "status" | "message" | "reason" | "details" | "code"
>;

/** `{"Width":80,"Height":24}`, one a line; what is no size is skipped. */
export function parseTerminalSizes(text: string): readonly TerminalSize[] {
  return text.split("\n").flatMap((line) => {
    try {
      const value: unknown = JSON.parse(line);
      if (typeof value !== "object" || value === null) return [];
      const { Width: columns, Height: rows } = value as Readonly<Record<string, unknown>>;
      return isCount(columns) && isCount(rows) ? [{ columns, rows }] : [];
    } catch {
      return [];
    }
  });
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff;
}
