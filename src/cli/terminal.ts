/** Where text goes, and whether it may be coloured or redrawn there. The only place that reads NO_COLOR. */
import { fileRefusal } from "./file-refusal.ts";

export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Of standard output. */
  readonly colour: "colour" | "plain";
  /** True when standard error is a terminal, where a line may be drawn anew. */
  readonly canRedraw: boolean;
}

/** https://no-color.org: set and not empty means no colour. */
const refusesColour = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";

/** 128 + SIGPIPE, as shells report it. */
const READER_GONE_EXIT_CODE = 141;

// A reader that has seen enough, as of `podwire capture | head`, ends the command in the order in
// which Ctrl-C would, where there is something to end.
let isReaderGone = false;
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") refuse(error);
  if (isReaderGone) return;
  isReaderGone = true;
  if (process.listenerCount("SIGINT") === 0) process.exit(READER_GONE_EXIT_CODE);
  process.emit("SIGINT");
});

// Nobody is left to tell; the exit status still says it.
process.stderr.on("error", () => undefined);

/** Of a full disk, say: what was to be said is lost. */
function refuse(error: Error): never {
  const { message, exitCode, code } = fileRefusal(error, "standard output") ?? {
    message: `standard output: ${error.message}`,
    exitCode: 3,
    code: "HOST_FILE",
  };
  process.stderr.write(`podwire: ${message} (${code})\n`);
  process.exit(exitCode);
}

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  colour: process.stdout.isTTY && !refusesColour ? "colour" : "plain",
  canRedraw: process.stderr.isTTY === true && !refusesColour,
};
