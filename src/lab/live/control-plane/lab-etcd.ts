/** The etcd of a lab, on its first control-plane node, and the API server's storage in it. */
import type { Logger } from "pino";
import { isUnavailable } from "../../../api/errors/api-error.ts";
import type { Storage } from "../../../api/store/storage.ts";
import type { Store } from "../../../api/store/store.ts";
import { Deadline } from "../../../base/deadline.ts";
import { EtcdStorage } from "../../../components/etcd/etcd-storage.ts";
import type { EtcdTransport, Unreachable } from "../../../components/etcd/transport.ts";
import type { Netns } from "../../../kernel/netns.ts";
import { Etcd, etcdAddress } from "../../../kernel/programs/etcd.ts";
import { BlockingHttp } from "../../../kernel/sockets/blocking-http.ts";
import { followLines } from "../../../kernel/sockets/http-lines.ts";
import { SocketError } from "../../../kernel/sockets/socket-error.ts";
import type { Topology } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import { logEtcdLine } from "./etcd-log.ts";
import { apiServerNodes } from "./first-objects.ts";

/** Nothing else happens in the lab while a request waits, so that no sick etcd may hold it up for long. */
const patienceMs = 2_000;
const startsWithinMs = 10_000;

export interface LabEtcdOptions {
  readonly topology: Topology;
  readonly machines: Machines;
  readonly log: Logger;
}

export class LabEtcd implements AsyncDisposable {
  readonly node: string;
  /** That of its first, empty state. */
  readonly revision: number;
  readonly #storage: EtcdStorage;
  readonly #start: (signal: AbortSignal) => Promise<Etcd>;
  #etcd: Etcd;
  #following: { readonly end: AbortController; readonly over: Promise<void> } | undefined;

  private constructor(
    node: string,
    storage: EtcdStorage,
    start: (signal: AbortSignal) => Promise<Etcd>,
    etcd: Etcd,
  ) {
    this.node = node;
    this.#storage = storage;
    this.#start = start;
    this.#etcd = etcd;
    this.revision = storage.snapshot().revision;
  }

  /** @throws HostError when etcd is not installed; ProgramError when it does not come up. */
  static async start(
    { topology, machines, log }: LabEtcdOptions,
    signal: AbortSignal,
  ): Promise<LabEtcd> {
    const [{ name: node } = { name: "" }] = apiServerNodes(topology);
    const said = log.child({ component: "etcd", node });
    const start = (patience: AbortSignal): Promise<Etcd> =>
      Etcd.start(
        machines.place(node),
        { name: node, onLine: (line) => logEtcdLine(said, line) },
        patience,
      );
    const etcd = await start(signal);
    const transport = transportTo(machines.netns(node));
    const storage = new EtcdStorage(transport, log.child({ component: "api-server" }));
    return new LabEtcd(node, storage, start, etcd);
  }

  get storage(): Storage {
    return this.#storage;
  }

  /** Asks it. */
  get isReachable(): boolean {
    return this.#storage.isReachable;
  }

  /** From now on the store is told of what others write. */
  follow(store: Store): void {
    const end = new AbortController();
    const over = this.#storage.follow({
      onChanges: (changes) => store.absorb(changes),
      onLost: () => this.#readAnew(store),
      signal: end.signal,
    });
    this.#following = { end, over };
  }

  #readAnew(store: Store): void {
    try {
      store.open(this.#storage.snapshot());
    } catch (error) {
      // The next watch is as lost as this one, and this is tried again.
      if (!isUnavailable(error)) throw error;
    }
  }

  async unfollow(): Promise<void> {
    this.#following?.end.abort();
    await this.#following?.over;
    this.#following = undefined;
  }

  /** As an API server that starts: the store holds what etcd holds. @throws ApiError while that cannot be read. */
  reload(store: Store): void {
    store.open(this.#storage.snapshot());
    this.follow(store);
  }

  /** It dies, as by a crash. */
  async fail(): Promise<void> {
    await this.#etcd[Symbol.asyncDispose]();
    this.#storage.noteEnd();
  }

  /** It starts again, with the data it had; resolves when the API server has found it. */
  async heal(): Promise<void> {
    await this.fail();
    using patience = new Deadline(startsWithinMs);
    this.#etcd = await this.#start(patience.signal);
    if (this.#following !== undefined) await this.#storage.recovered(patience.signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.unfollow();
    await this.fail();
  }
}

function transportTo(netns: Netns): EtcdTransport {
  const http = new BlockingHttp({ netns, to: etcdAddress, timeoutMs: patienceMs });
  netns.defer(() => http[Symbol.dispose]());
  return {
    ask: (path, json, isEnough) => {
      try {
        return { type: "answer", ...http.post(path, json, isEnough) };
      } catch (error) {
        if (!(error instanceof SocketError)) throw error;
        return { type: "unreachable", why: reasonOf(error) };
      }
    },
    follow: async (request, onLine, signal) => {
      const wanted = { ...request, to: etcdAddress, connectTimeoutMs: patienceMs };
      // Whatever ends it, it is to be begun again.
      await followLines(netns, wanted, onLine, signal).catch(() => undefined);
    },
  };
}

function reasonOf({ reason }: SocketError): Unreachable {
  return reason === "refused" || reason === "timed out" ? reason : "reset";
}
