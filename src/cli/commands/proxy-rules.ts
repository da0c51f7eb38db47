import { proxyRules } from "../../lab/proxy-rules.ts";
import { renderRules } from "../../report/text/rules-text.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import { notesOnFiles } from "../notes-on-files.ts";
import type { Terminal } from "../terminal.ts";

export interface ProxyRulesFlags {
  readonly proxyMode?: ProxyMode;
  readonly network?: NetworkVariant;
  readonly node?: string;
  readonly config?: string;
  readonly ipv6?: boolean;
  readonly seed?: number;
  readonly format: "text" | "json";
  readonly explain?: boolean;
}

export async function proxyRulesCommand(
  files: readonly string[],
  { format, explain = false, ipv6 = false, proxyMode, ...rest }: ProxyRulesFlags,
  { out, err, colour }: Terminal,
): Promise<void> {
  const options = { ...rest, mode: proxyMode, family: ipv6 ? "ipv6" : undefined } as const;
  const { problems, openChoices, text, annotated, ...result } = await proxyRules(files, options);
  err(notesOnFiles({ problems, openChoices }));
  if (format === "text") {
    out(renderRules(explain ? annotated : text, { colour }));
    return;
  }
  const rules = explain ? result.rules : result.rules.map(({ explanation: _, ...rule }) => rule);
  out(`${JSON.stringify({ ...result, rules, text }, null, 2)}\n`);
}
