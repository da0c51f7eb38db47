/** The input of `nft -f -`, put together command by command. */
import type { CommandText } from "./service-rules.ts";

/**
 * How many commands one transaction has, about, where a script may be parted. For every rule with a map of its own, the kernel walks over all
 * that the transaction has so far (`__nft_set_trans_bind`), so its time grows with the square of this number.
 */
const MANY = 5_000;

export class Script {
  #texts: string[] = [];
  #operations = 0;
  /** Of {@link #texts}. */
  #pending = 0;
  readonly #parts: string[] = [];

  get operations(): number {
    return this.#operations;
  }

  /** One command. */
  add(command: string): void {
    this.addText({ text: command, count: 1 });
  }

  addAll(commands: readonly string[]): void {
    for (const command of commands) this.add(command);
  }

  addText({ text, count }: CommandText): void {
    if (count === 0) return;
    this.#texts.push(text);
    this.#operations += count;
    this.#pending += count;
  }

  /** The rest may be another transaction: what stands so far is right without it. */
  mayPart(): void {
    if (this.#pending >= MANY) this.#part();
  }

  /** In order; none when there is nothing to do. */
  transactions(): readonly string[] {
    this.#part();
    return this.#parts;
  }

  #part(): void {
    if (this.#texts.length === 0) return;
    // The last line end by join, too: of a text that something is added to, the next reader makes a copy.
    this.#texts.push("");
    this.#parts.push(this.#texts.join("\n"));
    this.#texts = [];
    this.#pending = 0;
  }
}
