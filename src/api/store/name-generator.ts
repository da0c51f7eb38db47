import { type Random, seededRandom } from "../../base/random.ts";
import type { AnyObject } from "../objects/kinds.ts";
import { generateName } from "./generate-name.ts";

/**
 * A source of chance for each kind, namespace and name, so that what one controller makes has the same names whatever the
 * others make meanwhile.
 */
export type RandomFor = (prefix: string) => Random;

/** What replaces `generateName`. */
export class NameGenerator {
  readonly #randomFor: RandomFor;
  readonly #randomByPrefix = new Map<string, Random>();

  constructor(randomFor: RandomFor = seededRandom) {
    this.#randomFor = randomFor;
  }

  /** The object's own name where it has one, or wants none made. */
  nameFor({ metadata, kind }: AnyObject, isTaken: (name: string) => boolean): string {
    const { name, generateName: base, namespace = "" } = metadata;
    if (name !== "" || base === undefined) return name;
    const random = this.#randomOf(`${kind} ${namespace}/${base}`);
    let generated = generateName(base, random);
    while (isTaken(generated)) generated = generateName(base, random);
    return generated;
  }

  #randomOf(prefix: string): Random {
    const random = this.#randomByPrefix.get(prefix) ?? this.#randomFor(prefix);
    this.#randomByPrefix.set(prefix, random);
    return random;
  }
}
