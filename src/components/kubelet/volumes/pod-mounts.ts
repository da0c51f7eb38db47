import type { Pod } from "../../../api/objects/pod.ts";
import type { PlacedVolume } from "./container-mounts.ts";
import { VolumeKeeper, type VolumeKeeperOptions } from "./volume-keeper.ts";

/**
 * How long a volume's want is not spoken of: a new namespace's objects, of which every pod has some, are on their way.
 */
const patienceMs = 500;

/** What one pod's containers can mount, and since when something of it is missing. */
export class PodMounts {
  readonly #keeper: VolumeKeeper;
  readonly #now: () => number;
  /** Undefined until all of them could be made. */
  #byName: ReadonlyMap<string, PlacedVolume> | undefined;
  #missing: { readonly message: string; readonly sinceMs: number; told: boolean } | undefined;

  constructor(options: VolumeKeeperOptions) {
    this.#keeper = new VolumeKeeper(options);
    this.#now = options.now;
  }

  /** Undefined until all of them could be made. */
  get byName(): ReadonlyMap<string, PlacedVolume> | undefined {
    return this.#byName;
  }

  get areMissing(): boolean {
    return this.#missing !== undefined;
  }

  /** When a token is to be replaced although no object changes. */
  get renewAtMs(): number | undefined {
    return this.#keeper.renewAtMs;
  }

  /** Volumes that were there before stay as they were, where something is missing now. */
  update(pod: Pod): ReadonlyMap<string, PlacedVolume> | undefined {
    const outcome = this.#keeper.bringUpToDate(pod);
    if (outcome.type === "there") {
      this.#missing = undefined;
      this.#byName = outcome.byName;
    } else if (this.#missing?.message !== outcome.message) {
      this.#missing = { message: outcome.message, sinceMs: this.#now(), told: false };
    }
    return this.#byName;
  }

  /**
   * What to do about what is missing: to come back `inMs`, or to tell it, which is asked for once. Undefined when there
   * is nothing more to be said.
   */
  complaint(): { readonly inMs: number } | { readonly message: string } | undefined {
    const missing = this.#missing;
    if (missing === undefined || missing.told) return undefined;
    const inMs = missing.sinceMs + patienceMs - this.#now();
    if (inMs > 0) return { inMs };
    missing.told = true;
    return { message: missing.message };
  }

  remove(pod: Pod): void {
    this.#keeper.remove(pod);
    this.#byName = undefined;
  }
}
