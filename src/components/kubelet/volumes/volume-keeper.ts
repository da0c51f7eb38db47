import type { Pod } from "../../../api/objects/pod.ts";
import type { KubeletHost } from "../kubelet-host.ts";
import type { PodSurroundings } from "../pod-surroundings.ts";
import type { PlacedVolume } from "./container-mounts.ts";
import { podVolumes } from "./pod-volumes.ts";
import { TokenKeeper } from "./token-keeper.ts";
import { VolumeSetupError } from "./volume-sources.ts";

export type VolumesOutcome =
  | { readonly type: "there"; readonly byName: ReadonlyMap<string, PlacedVolume> }
  /** Something that a volume is made of is not there; to be tried again when it is. */
  | { readonly type: "missing"; readonly message: string };

export interface VolumeKeeperOptions {
  readonly host: Pick<KubeletHost, "putVolume" | "removeVolumes">;
  readonly around: PodSurroundings;
  readonly now: () => number;
}

/** Makes the volumes of one pod and keeps them as their objects are. */
export class VolumeKeeper {
  readonly #options: VolumeKeeperOptions;
  readonly #tokens: TokenKeeper;
  #arePlaced = false;

  constructor(options: VolumeKeeperOptions) {
    this.#options = options;
    this.#tokens = new TokenKeeper(options.around.mintToken, options.now);
  }

  /** When a token is to be replaced although no object changes. */
  get renewAtMs(): number | undefined {
    return this.#arePlaced ? this.#tokens.renewAtMs : undefined;
  }

  /**
   * Safe to repeat; what has not changed is left alone. Of a pod in which no program runs nothing is
   * written, but what its volumes name must be there.
   */
  bringUpToDate(pod: Pod): VolumesOutcome {
    const { host, around } = this.#options;
    const { namespace = "" } = pod.metadata;
    const isRead = hasProgram(pod, around);
    try {
      const contents = podVolumes({
        pod,
        place: { podIPs: [], hostIPs: around.nodeAddresses },
        configMap: (name) => around.configMap(namespace, name),
        secret: (name) => around.secret(namespace, name),
        // Nobody would read it.
        token: (wanted) => (isRead ? this.#tokens.token(pod, wanted) : ""),
      });
      if (!isRead) return { type: "there", byName: new Map() };
      this.#arePlaced = true;
      const placed = contents.map(
        (each) => [each.name, { contents: each, folder: host.putVolume(pod, each) }] as const,
      );
      return { type: "there", byName: new Map(placed) };
    } catch (error) {
      if (!(error instanceof VolumeSetupError)) throw error;
      return { type: "missing", message: error.message };
    }
  }

  remove(pod: Pod): void {
    if (this.#arePlaced) this.#options.host.removeVolumes(pod);
    this.#arePlaced = false;
  }
}

function hasProgram(
  { spec: { containers, initContainers = [] } }: Pod,
  { standInFor }: PodSurroundings,
): boolean {
  return [...containers, ...initContainers].some(
    ({ image = "" }) => standInFor(image) !== undefined,
  );
}
