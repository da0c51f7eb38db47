/** The input of `nft -f -`, put together command by command. */

/**
 * How many commands one transaction has, about, where a script may be parted. For every rule with a map of its own, the kernel walks over all
 * that the transaction has so far (`__nft_set_trans_bind`), so its time grows with the square of this number.
 */
const MANY = 5_000;

export class Script {
  #commands: string[] = [];
  #operations = 0;
  readonly #parts: string[] = [];

  get operations(): number {
    return this.#operations;
  }

  add(command: string): void {
    this.#commands.push(command);
    this.#operations++;
  }

  addAll(commands: readonly string[]): void {
    for (const command of commands) this.add(command);
  }

  /** The rest may be another transaction: what stands so far is right without it. */
  mayPart(): void {
    if (this.#commands.length >= MANY) this.#part();
  }

  /** In order; none when there is nothing to do. */
  transactions(): readonly string[] {
    this.#part();
    return this.#parts;
  }

  #part(): void {
    if (this.#commands.length === 0) return;
    // The last line end by join, too: of a text that something is added to, the next reader makes a copy.
    this.#commands.push("");
    this.#parts.push(this.#commands.join("\n"));
    this.#commands = [];
  }
}
