/** The API server as something that dies and starts again, and what its clients on the spot then notice. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Store } from "../../../api/store/store.ts";
import { Deadline } from "../../../base/deadline.ts";
import { until } from "../../../base/until.ts";
import type { LabApi } from "../../api/lab-api.ts";
import type { LabEtcd } from "./lab-etcd.ts";

export interface ApiServerProcessOptions {
  readonly store: Store;
  readonly api: LabApi;
  /** Where it keeps its objects; undefined: the store's memory outlives it. */
  readonly etcd: LabEtcd | undefined;
}

const startsWithinMs = 10_000;

export class ApiServerProcess {
  readonly #options: ApiServerProcessOptions;
  #isDown = false;

  constructor(options: ApiServerProcessOptions) {
    this.#options = options;
  }

  /**
   * It dies, as by a crash. Connections are reset and refused; controllers, kubelets and kube-proxies know what they
   * have been told, hear nothing new and can write nothing.
   */
  async fail(): Promise<void> {
    if (this.#isDown) return;
    this.#isDown = true;
    const { store, api, etcd } = this.#options;
    const message = `dial tcp ${api.address}: connect: connection refused`;
    store.close(() => new ApiError("ServiceUnavailable", message));
    await api.stop();
    await etcd?.unfollow();
  }

  /** It starts again, with what its storage holds. @throws ApiError when that cannot be read in time. */
  async heal(): Promise<void> {
    if (!this.#isDown) return;
    const { store, api, etcd } = this.#options;
    if (etcd === undefined) store.open();
    else await reload(etcd, store);
    this.#isDown = false;
    await api.start();
  }
}

/** Kubelet starts an API server that finds no etcd again and again. */
async function reload(etcd: LabEtcd, store: Store): Promise<void> {
  using patience = new Deadline(startsWithinMs);
  let failure: unknown;
  const loaded = async (): Promise<true | undefined> => {
    try {
      etcd.reload(store);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failure = error;
      return undefined;
    }
  };
  await until(loaded, { intervalMs: 50, signal: patience.signal }).catch((error: unknown) => {
    throw patience.isOver ? failure : error;
  });
}
