/** Parts of a cluster that can stop while their machine goes on, as `fail` and `heal` name them. */
import { suggestion } from "./source/suggest.ts";
import type { Parsed } from "./where/parsed.ts";

const components: readonly string[] = ["kube-proxy", "bird", "api-server", "etcd"];
/** Of which the lab has one, wherever it listens. */
const single: ReadonlySet<string> = new Set(["api-server", "etcd"]);

/** Runs once, or on every node: then one of them can be named, as `kube-proxy@node01`. */
export function runsOnNodes(component: string): boolean {
  return !single.has(component);
}

export interface Component {
  readonly name: string;
  /** Undefined: on every machine that has one. */
  readonly node: string | undefined;
}

/** `kube-proxy`, `kube-proxy@node01`. */
export function parseComponent(text: string): Parsed<Component> {
  const [name = "", node] = text.split("@");
  if (!components.includes(name)) {
    const hint = suggestion(name, components, "components");
    return { ok: false, fault: { message: `unknown component \`${name}\``, hint } };
  }
  if (node !== undefined && !runsOnNodes(name)) {
    const message = `\`${text}\`: ${name} is one for the whole lab`;
    return { ok: false, fault: { message, hint: `write ${name}` } };
  }
  return { ok: true, value: { name, node } };
}
