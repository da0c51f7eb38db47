import type { AdmissionOptions } from "../../api/requests/admission.ts";
import type { Store } from "../../api/store/store.ts";
import type { ServiceAccountTokens } from "./authentication/service-account-tokens.ts";
import type { PodRuntime } from "./streaming/pod-runtime.ts";
import type { WatchHub } from "./watching/watch-hub.ts";

/** What every handler is handed. */
export interface ServerContext {
  readonly store: Store;
  /** How Services get their addresses. */
  readonly admission: AdmissionOptions;
  readonly hub: WatchHub;
  /** How long a watch lasts whose client does not say. */
  readonly watchLifeMs: () => number;
  readonly tokens: ServiceAccountTokens;
  /** What the nodes' kubelets do for exec, attach, port-forward and log. */
  readonly runtime: PodRuntime;
}
