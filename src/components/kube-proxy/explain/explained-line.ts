/** A line of what kube-proxy writes, and what it is for: the words of all modes' explanations. */
export interface ExplainedLine {
  readonly line: string;
  /** Undefined where there is nothing to say: the line goes with the one before, or is not kube-proxy's. */
  readonly why: string | undefined;
  /** Where it belongs to, if the line is something that a packet can meet. */
  readonly place?: LinePlace;
}

interface LinePlace {
  /** `nat`, `filter`; `ip kube-proxy`; `ipvs`, `ipset`, `address`, `relay`. */
  readonly table: string;
  /** A chain, map or set; a virtual server; a device. */
  readonly chain: string;
}

/** A form that lines have, and the sentence for it, or how it is made of what the form has found. */
export type Phrase = readonly [form: RegExp, sentence: string | ((found: Found) => string)];

/** Groups by name. */
export type Found = Readonly<Record<string, string | undefined>>;

/** The first that fits has the word. */
export function phraseFor(line: string, phrases: readonly Phrase[]): string | undefined {
  for (const [form, sentence] of phrases) {
    const match = form.exec(line);
    if (match === null) continue;
    return typeof sentence === "string" ? sentence : sentence(match.groups ?? {});
  }
  return undefined;
}
