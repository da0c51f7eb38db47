/** The input of one `nft -f -`, put together command by command. */
import type { CommandText } from "./service-rules.ts";

export class Script {
  readonly #texts: string[] = [];
  #operations = 0;

  get operations(): number {
    return this.#operations;
  }

  /** One command. */
  add(command: string): void {
    this.#texts.push(command);
    this.#operations++;
  }

  addAll(commands: readonly string[]): void {
    for (const command of commands) this.add(command);
  }

  addText({ text, count }: CommandText): void {
    if (count === 0) return;
    this.#texts.push(text);
    this.#operations += count;
  }

  /** Empty when there is nothing to do. */
  text(): string {
    if (this.#texts.length === 0) return "";
    // The last line end by join, too: of a text that something is added to, the next reader makes a copy.
    return [...this.#texts, ""].join("\n");
  }
}
