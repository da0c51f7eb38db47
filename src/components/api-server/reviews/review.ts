/** Reviews: questions in the form of objects, which are answered and not stored. */

import type { Schema } from "../../../api/decoding/schema.ts";
import type { Store } from "../../../api/store/store.ts";
import type { ServiceAccountTokens } from "../authentication/service-account-tokens.ts";
import type { User } from "../authentication/user.ts";
import type { Fields } from "../http/decode-body.ts";
import type { GroupVersion } from "../resources/all-resources.ts";

export interface ReviewContext {
  readonly store: Store;
  readonly tokens: ServiceAccountTokens;
  /** Who asks. */
  readonly user: User;
}

export interface Review extends GroupVersion {
  readonly plural: string;
  readonly kind: string;
  readonly namespaced?: true;
  readonly schema: Schema;
  /** The `status` that answers a `spec`. */
  readonly status: (spec: Fields, context: ReviewContext) => object;
}
