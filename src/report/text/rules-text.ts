import { painter } from "./paint.ts";

/** Rules on a screen: what is said of them apart from what is written. The text itself stays as it is, in a pipe also its bytes. */
export function renderRules(
  text: string,
  { colour }: { readonly colour: "colour" | "plain" },
): string {
  if (colour === "plain") return text;
  const paint = painter(colour);
  return text
    .split("\n")
    .map((line) => paintLine(line, paint))
    .join("\n");
}

function paintLine(line: string, paint: ReturnType<typeof painter>): string {
  if (line.startsWith("#")) return paint("green", line);
  if (/^(\*|COMMIT$|add table )/.test(line)) return paint("bold", line);
  // What only makes room: chains that come to be, and are emptied.
  return /^(:|flush |delete |add chain |create |add (set|map) )/.test(line)
    ? paint("dim", line)
    : line;
}
