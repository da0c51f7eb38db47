/** Long lists in parts: `limit` and `continue`. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import { formatKey, type KubeObject, keyOf } from "../../../api/objects/meta.ts";

/** Where the next part begins, and in which version of the store: all parts show the same one. */
interface Continuation {
  readonly resourceVersion: string;
  /** The last key of the part before. */
  readonly after: string;
}

const tokenVersion = "meta.k8s.io/v1";

/** Opaque to clients; in form as apiserver's, so that `base64 -d` shows what one is used to. */
export function encodeContinue({ resourceVersion, after }: Continuation): string {
  const token = { v: tokenVersion, rv: Number(resourceVersion), start: `${after}\u0000` };
  return Buffer.from(JSON.stringify(token), "utf8").toString("base64url");
}

/** @throws ApiError BadRequest. */
export function decodeContinue(text: string): Continuation {
  const token = parseToken(text);
  if (isRecord(token) && token["v"] === tokenVersion) {
    const { rv, start } = token as { readonly rv?: unknown; readonly start?: unknown };
    if (Number.isSafeInteger(rv) && typeof start === "string" && start !== "") {
      return { resourceVersion: String(rv), after: start.replace(/\0$/, "") };
    }
  }
  throw new ApiError("BadRequest", "invalid continue token: continue key is not valid");
}

function parseToken(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch {
    return undefined;
  }
}

/** A `limit` of a request; 0 is none. @throws ApiError BadRequest. */
export function parseLimit(text: string | null): number {
  if (text === null || text === "") return 0;
  if (/^\d+$/.test(text)) return Number(text);
  throw new ApiError(
    "BadRequest",
    `strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

export interface Page {
  readonly items: readonly KubeObject[];
  /** The key of the last item, when others follow. */
  readonly after: string | undefined;
  readonly remaining: number;
}

/** The part of `objects`, which are in key order, that follows the key `after`. */
export function pageOf(
  objects: readonly KubeObject[],
  limit: number,
  after: string | undefined,
): Page {
  const first =
    after === undefined ? 0 : objects.findIndex((object) => formatKey(keyOf(object)) > after);
  const rest = first === -1 ? [] : objects.slice(first);
  if (limit === 0 || rest.length <= limit) return { items: rest, after: undefined, remaining: 0 };
  const items = rest.slice(0, limit);
  const last = items.at(-1);
  return {
    items,
    after: last && formatKey(keyOf(last)),
    remaining: rest.length - limit,
  };
}
