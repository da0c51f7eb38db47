import type { Pod } from "../../../api/objects/pod.ts";
import type { TokenProjection } from "../../../api/objects/volume.ts";

/** What is asked of the API server: TokenRequest of authentication.k8s.io, with the pod that it is bound to. */
export interface TokenWish {
  readonly namespace: string;
  readonly serviceAccountName: string;
  readonly pod: { readonly name: string; readonly uid: string };
  /** The API server's own when absent. */
  readonly audience: string | undefined;
  readonly expirationSeconds: number;
}

/** The bearer token; undefined when there is no such ServiceAccount. */
export type MintToken = (wish: TokenWish) => string | undefined;

const usualExpirationSeconds = 3_600;
/** A token is replaced when four fifths of its time are over, as kubelet does it. */
const usefulShare = 0.8;

/** A pod's tokens: the same one until it is about to expire. */
export class TokenKeeper {
  readonly #mint: MintToken;
  readonly #now: () => number;
  readonly #known = new Map<string, { readonly token: string; readonly renewAtMs: number }>();

  constructor(mint: MintToken, now: () => number) {
    this.#mint = mint;
    this.#now = now;
  }

  /** When the first of the tokens in use is to be replaced; undefined when there are none. */
  get renewAtMs(): number | undefined {
    const times = [...this.#known.values()].map(({ renewAtMs }) => renewAtMs);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  token(
    { metadata, spec }: Pod,
    { audience, expirationSeconds = usualExpirationSeconds }: Omit<TokenProjection, "path">,
  ): string | undefined {
    const key = `${audience ?? ""} ${expirationSeconds}`;
    const known = this.#known.get(key);
    if (known !== undefined && this.#now() < known.renewAtMs) return known.token;
    const token = this.#mint({
      namespace: metadata.namespace ?? "",
      serviceAccountName: spec.serviceAccountName ?? "default",
      pod: { name: metadata.name, uid: metadata.uid ?? "" },
      audience,
      expirationSeconds,
    });
    if (token === undefined) return undefined;
    const renewAtMs = this.#now() + expirationSeconds * 1_000 * usefulShare;
    this.#known.set(key, { token, renewAtMs });
    return token;
  }
}
