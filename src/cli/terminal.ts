/** Where text goes, and whether it may be coloured or redrawn there. The only place that reads NO_COLOR. */

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

// A reader that has seen enough, as `podwire schema | head`, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

export const terminal: Terminal = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  colour: process.stdout.isTTY && !refusesColour ? "colour" : "plain",
  canRedraw: process.stderr.isTTY === true && !refusesColour,
};
