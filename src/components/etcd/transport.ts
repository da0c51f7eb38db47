/** The way to etcd, which the lab has: it runs in a node's network namespace, where only the kernel floor gets in. */

/** Why there was no answer. Of a request that was sent nobody knows whether it was done. */
export type Unreachable = "refused" | "reset" | "timed out";

type Reply =
  | { readonly type: "answer"; readonly status: number; readonly body: string }
  | { readonly type: "unreachable"; readonly why: Unreachable };

export interface EtcdTransport {
  /**
   * Waits for the answer, and nothing else happens meanwhile: the store is written to in steps that nobody sees half
   * done. With `isEnough`, for an answer that has no end, until that says so of what has come.
   */
  readonly ask: (path: string, json: string, isEnough?: (body: string) => boolean) => Reply;
  /** Hands on each line of an answer that goes on; resolves when it ends, for whatever reason. */
  readonly follow: (
    request: { readonly path: string; readonly json: string },
    onLine: (line: string) => void,
    signal: AbortSignal,
  ) => Promise<void>;
}
