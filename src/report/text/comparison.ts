/**
 * One scenario file under several modes of kube-proxy or over several pod networks: what each step saw, side by side, where it was not the
 * same. Listens to the events of each run.
 */
import type { LabEvent } from "../../observe/event.ts";
import { failureLines } from "./failure-text.ts";
import { painter } from "./paint.ts";

interface Step {
  readonly scenario: string;
  readonly title: string;
  /** By variant, what was seen. */
  readonly seen: Map<string, string>;
}

export class Comparison {
  readonly #variants: readonly string[];
  readonly #steps = new Map<string, Step>();

  /** In the order of the columns: `iptables`, `nftables`. */
  constructor(variants: readonly string[]) {
    this.#variants = variants;
  }

  note(variant: string, event: LabEvent): void {
    if (event.type === "step-passed") this.#add(variant, event, event.detail ?? "passed");
    if (event.type === "step-failed") {
      const { failure } = event;
      this.#add(variant, event, `FAILED: ${failure.seen ?? failureLines(failure)[0]}`);
    }
  }

  /** Empty when no step was run. */
  render(colour: "colour" | "plain"): string {
    const paint = painter(colour);
    const steps = [...this.#steps.values()];
    const different = steps.filter((step) => this.#differs(step));
    if (steps.length === 0) return "";
    const same = `${steps.length - different.length} of ${steps.length} steps saw the same under ${this.#variants.join(", ")}`;
    if (different.length === 0) return `\n${same}\n`;
    const width = Math.max(...this.#variants.map((variant) => variant.length));
    const blocks = different.map(({ title, seen }) => {
      const lines = this.#variants.map((variant) => {
        return `    ${variant.padEnd(width)}   ${comparable(seen.get(variant) ?? "was not run")}`;
      });
      return `  ${title}\n${lines.join("\n")}\n`;
    });
    return `\n${paint("bold", "what differs")}\n\n${blocks.join("")}\n${same}\n`;
  }

  #add(
    variant: string,
    {
      scenario,
      step,
      title,
    }: { readonly scenario: string; readonly step: number; readonly title: string },
    text: string,
  ): void {
    const key = `${scenario} ${step}`;
    const known = this.#steps.get(key) ?? { scenario, title, seen: new Map<string, string>() };
    known.seen.set(variant, text);
    this.#steps.set(key, known);
  }

  #differs({ seen }: Step): boolean {
    const texts = this.#variants.map((variant) => withoutDice(comparable(seen.get(variant) ?? "")));
    return new Set(texts).size > 1;
  }
}

/** How often the dice chose which pod is no difference. That pods had turns is one: all were chosen equally often. */
function withoutDice(text: string): string {
  const counts = [...text.matchAll(/pod [A-Z] (\d+)/g)].map(([, count]) => count);
  return new Set(counts).size > 1 ? text.replace(/(pod [A-Z]) \d+/g, "$1") : text;
}

/**
 * Without what is another thing in every run: how long it took, the ports that clients were given, and which of its
 * pods a Deployment gave which name, and how many other packets there were.
 */
function comparable(text: string): string {
  const pods = new Map<string, string>();
  const letterOf = (pod: string): string => {
    const known = pods.get(pod) ?? `pod ${String.fromCharCode(65 + pods.size)}`;
    pods.set(pod, known);
    return known;
  };
  const left = text
    .replace(/[a-z0-9-]+\/[a-z0-9-]+-[a-z0-9]{8,10}-[a-z0-9]{5}\b/g, letterOf)
    .replace(/,? ?after \d+(\.\d+)? m?s/g, "")
    .replace(/\d+(\.\d+)? m?s( to \d+(\.\d+)? m?s)?(, )?/g, "")
    .replace(/(saw (?:\[[^\]]*\]|[^\s:[]+)):\d+/g, "$1")
    .replace(/ from netns \S+/g, "")
    // Whatever else was on the wire meanwhile.
    .replace(/^1 of \d+ packets/, "1 packet")
    .replace(/^(\d+) of \d+ packets/, "$1 packets")
    .replace(/^, |, $/g, "")
    .trim();
  return left === "" ? "connected" : left;
}
