/** What kube-proxy would write on a node: no lab, no privileges, nothing in the kernel. */
import { explainRules } from "../components/kube-proxy/explain/explain.ts";
import type { Problem } from "../topology/source/problem.ts";
import type { OpenChoice } from "./open-choices.ts";
import { type DrawOptions, drawFiles } from "./paper/draw-files.ts";

export type ProxyRulesOptions = DrawOptions;

export interface ProxyRules {
  readonly mode: string;
  readonly node: string;
  /** What the mode's program loads: for iptables, `iptables-restore --noflush`. */
  readonly text: string;
  /** Every rule in order, with a sentence that says what it is for. */
  readonly rules: ReadonlyArray<{
    readonly table: string;
    readonly chain: string;
    readonly rule: string;
    readonly explanation: string | undefined;
  }>;
  /** The text with those sentences as comment lines; it loads as before. */
  readonly annotated: string;
  /** Warnings and skipped kinds. */
  readonly problems: readonly Problem[];
  /** What a matrix leaves open: of each list, the rules are those of the first. */
  readonly openChoices: readonly OpenChoice[];
}

/**
 * @param files topologies or plain manifests, YAML or JSON, files or folders; `-` is standard input.
 * @throws InvalidTopologyError with every mistake of the files.
 * @throws DrawingError for a node that is not there, KubeProxyConfigError for a mode that is not, RefusedManifestError for objects that a server would refuse.
 */
export async function proxyRules(
  files: readonly string[],
  options: ProxyRulesOptions = {},
): Promise<ProxyRules> {
  const { node, rulesOn, ...rest } = await drawFiles(files, options);
  const { mode } = node.proxy;
  const text = rulesOn(node);
  const { problems, openChoices } = rest;
  return { mode, node: node.name, text, ...explainRules(text, mode), problems, openChoices };
}
