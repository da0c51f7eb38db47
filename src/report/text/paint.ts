import { styleText } from "node:util";

export type Paint = (style: Parameters<typeof styleText>[0], text: string) => string;

/** Colours text, or leaves it alone where colour is not wanted: files, pipes, NO_COLOR. */
export function painter(colour: "colour" | "plain"): Paint {
  return colour === "plain"
    ? (_style, text) => text
    : (style, text) =>
        // Whether colour is wanted is decided already; left alone, it would look at standard output itself.
        styleText(style, text, { validateStream: false });
}
