/** HTML that cannot be broken by what stands in it: text is escaped unless it is markup already. */

import { escapeXml } from "../reporters/escape-xml.ts";

/** A piece of HTML. */
export interface Markup {
  readonly html: string;
}

type Piece = string | number | Markup | undefined | readonly Markup[];

/** html`<b>${name}</b>` */
export function html(strings: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  const text = pieces.map((piece, index) => `${render(piece)}${strings[index + 1]}`).join("");
  return { html: `${strings[0]}${text}` };
}

function render(piece: Piece): string {
  if (piece === undefined) return "";
  if (typeof piece === "string" || typeof piece === "number") return escapeXml(String(piece));
  return "html" in piece ? piece.html : piece.map((each) => each.html).join("");
}
