import { RulesError } from "./rules-error.ts";

/** The words of a rule, one after another; a quoted string is one word. */
export class Words {
  readonly #text: string;
  readonly #words: readonly string[];
  #index = 0;

  /** `word` says what a word is, with flag `g`. */
  constructor(text: string, word: RegExp = /"[^"]*"|\S+/g) {
    this.#text = text;
    this.#words = text.match(word) ?? [];
  }

  get hasMore(): boolean {
    return this.#index < this.#words.length;
  }

  next(): string {
    const word = this.#words[this.#index];
    if (word === undefined) throw this.refuse("end of line");
    this.#index++;
    return word;
  }

  /** The next word, which stays the next. */
  peek(): string | undefined {
    return this.#words[this.#index];
  }

  number(): number {
    const word = this.next();
    const value = Number(word);
    if (Number.isNaN(value)) throw this.refuse(word);
    return value;
  }

  /** Takes `word` if it is next. */
  skip(word: string): boolean {
    if (this.#words[this.#index] !== word) return false;
    this.#index++;
    return true;
  }

  expect(word: string): Record<never, never> {
    if (!this.skip(word)) throw this.refuse(this.#words[this.#index] ?? "end of line");
    return {};
  }

  /** Drops one word that decides nothing. */
  ignore(): readonly [] {
    this.next();
    return [];
  }

  /** A comment in quotes is one word; without, it goes on to the next option. */
  skipComment(): readonly [] {
    this.next();
    while (this.hasMore && !this.#words[this.#index]?.startsWith("-")) this.#index++;
    return [];
  }

  /** @throws RulesError about the word that was taken last. */
  fail(): never {
    throw this.refuse(this.#words[this.#index - 1] ?? "nothing");
  }

  refuse(what: string): RulesError {
    return new RulesError(`rule "${this.#text}": ${what} is not understood`);
  }
}
