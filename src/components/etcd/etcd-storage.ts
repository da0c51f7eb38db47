/**
 * The store's storage in etcd. Each write is a transaction that holds only while the key is at the revision that was
 * read; the revision it gets is the object's resourceVersion. What others write is seen by a watch.
 *
 * The cursor is the revision up to which the store has been told everything. One's own write moves it on when it is
 * acknowledged, unless others have written in between: then what they wrote is read first.
 */
import type { Logger } from "pino";
import { ApiError } from "../../api/errors/api-error.ts";
import { type AnyObject, type Kind, qualifiedResource } from "../../api/objects/kinds.ts";
import type {
  Storage,
  StorageChange,
  StorageCommit,
  StorageSnapshot,
  StorageWrite,
} from "../../api/store/storage.ts";
import { until } from "../../base/until.ts";
import { refusedBy, unreachable } from "./etcd-error.ts";
import { EventLease } from "./event-lease.ts";
import {
  currentRevision,
  type EtcdAnswer,
  type KeyValue,
  parseAnswer,
  parseRefusal,
  parseWatchLine,
  paths,
  range,
  transaction,
  type WatchedEvent,
  watchFrom,
} from "./gateway.ts";
import { parseRegistryKey, registryKey, registryPrefix } from "./registry-key.ts";
import { decodeStored, encodeStored } from "./stored-value.ts";
import type { EtcdTransport, Unreachable } from "./transport.ts";

/** As apiserver's lists. */
const keysAtOnce = 500;
const reconnectMs = 50;

export interface FollowOptions {
  /** What others have written, as it happens. */
  readonly onChanges: (changes: readonly StorageChange[]) => void;
  /** The watch cannot go on from where it was: everything is to be read anew. */
  readonly onLost: () => void;
  readonly signal: AbortSignal;
}

export class EtcdStorage implements Storage {
  readonly #transport: EtcdTransport;
  readonly #log: Logger;
  readonly #lease: EventLease;
  #cursor = 0;
  /** Why etcd cannot be asked; undefined while it can. */
  #trouble: Unreachable | undefined;
  #connection = new AbortController();

  constructor(transport: EtcdTransport, log: Logger) {
    this.#transport = transport;
    this.#log = log;
    this.#lease = new EventLease((json) => this.#ask(paths.grant, json).lease);
  }

  /** Asks etcd itself. What a real API server's `readyz` does. */
  get isReachable(): boolean {
    try {
      this.#ask(paths.range, currentRevision());
      return true;
    } catch {
      return false;
    }
  }

  commit({ kind, key, object, previous }: StorageWrite): StorageCommit {
    const lease = kind === "Event" && object !== undefined ? this.#lease.id() : undefined;
    const value = object && encodeStored(object);
    const wanted = previous ?? "0";
    const change = { key: registryKey(kind, key), wanted, value, lease };
    const { succeeded, revision } = this.#ask(paths.txn, transaction(change));
    if (!succeeded) throw beaten(kind, key.name, previous);
    const before = revision === this.#cursor + 1 ? [] : this.#between(this.#cursor, revision);
    this.#cursor = revision;
    return { revision, before };
  }

  changesSince(): readonly StorageChange[] {
    const { revision } = this.#ask(paths.range, currentRevision());
    if (revision <= this.#cursor) return [];
    const changes = this.#between(this.#cursor, revision + 1);
    this.#cursor = revision;
    return changes;
  }

  /** Everything there is, also when etcd could not be reached a moment ago. @throws ApiError */
  snapshot(): StorageSnapshot {
    this.#trouble = undefined;
    const objects: AnyObject[] = [];
    let from = registryPrefix;
    let revision = 0;
    for (;;) {
      const page = this.#ask(
        paths.range,
        range(registryPrefix, { from, limit: keysAtOnce, revision }),
      );
      // All pages are of one moment.
      revision ||= page.revision;
      objects.push(...page.kvs.flatMap((kv) => this.#changeOf({ type: "put", kv })?.object ?? []));
      const last = page.kvs.at(-1);
      if (!page.more || last === undefined) break;
      // The first key after the last one.
      from = `${last.key}\0`;
    }
    this.#cursor = revision;
    return { revision, objects };
  }

  /** Watches until the signal aborts, over any number of connections. */
  async follow({ onChanges, onLost, signal }: FollowOptions): Promise<void> {
    const watched = async (): Promise<undefined> => {
      this.#connection = new AbortController();
      const request = { path: paths.watch, json: watchFrom(this.#cursor + 1) };
      const receive = (line: string): void => this.#receive(line, { onChanges, onLost });
      await this.#transport.follow(request, receive, this.#connection.signal);
      if (!signal.aborted) this.#note("refused");
    };
    const end = (): void => this.#connection.abort();
    signal.addEventListener("abort", end);
    try {
      await until(watched, { intervalMs: reconnectMs, signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  /** Its process has ended: nobody need find out by asking. */
  noteEnd(): void {
    this.#note("refused");
  }

  /** Resolves when the watch goes on, and with it everything else. @throws the signal's reason. */
  async recovered(signal: AbortSignal): Promise<void> {
    const isWell = async (): Promise<true | undefined> => this.#trouble === undefined || undefined;
    await until(isWell, { intervalMs: 5, signal });
  }

  #receive(line: string, { onChanges, onLost }: Omit<FollowOptions, "signal">): void {
    const message = parseWatchLine(line);
    if (message === undefined) return;
    if (message.created) this.#recover();
    if (message.canceled) {
      onLost();
      this.#connection.abort();
      return;
    }
    const news = message.events.filter(({ kv }) => kv.revision > this.#cursor);
    const last = news.at(-1);
    if (last === undefined) return;
    this.#cursor = last.kv.revision;
    onChanges(news.flatMap((event) => this.#changeOf(event) ?? []));
  }

  /** What happened after one revision and before another, in order. */
  #between(after: number, before: number): readonly StorageChange[] {
    const events = (body: string): readonly WatchedEvent[] =>
      // The last line may not be whole yet.
      body.split("\n").flatMap((line) => parseWatchLine(line)?.events ?? []);
    const isEnough = (body: string): boolean =>
      events(body).some(({ kv }) => kv.revision >= before - 1);
    const reply = this.#transport.ask(paths.watch, watchFrom(after + 1), isEnough);
    if (reply.type === "unreachable") throw this.#note(reply.why);
    return events(reply.body)
      .filter(({ kv }) => kv.revision < before)
      .flatMap((event) => this.#changeOf(event) ?? []);
  }

  #changeOf({ type, kv }: WatchedEvent): StorageChange | undefined {
    const place = parseRegistryKey(kv.key);
    if (place === undefined) return undefined;
    const { revision } = kv;
    if (type === "delete") return { ...place, revision, object: undefined };
    const object = this.#objectAt(kv, place);
    return object && { ...place, revision, object };
  }

  #objectAt(
    { key, value, revision }: KeyValue,
    place: NonNullable<ReturnType<typeof parseRegistryKey>>,
  ): AnyObject | undefined {
    const decoded = decodeStored(value, { ...place, revision });
    if (decoded.type === "object") return decoded.object;
    // A real API server cannot list the resource any more then, which helps nobody.
    this.#log.warn({ key, why: decoded.why }, "a key holds no object: it is passed over");
    return undefined;
  }

  /** @throws ApiError in the words of a real API server. */
  #ask(path: string, json: string): EtcdAnswer {
    if (this.#trouble !== undefined) throw unreachable(this.#trouble);
    const reply = this.#transport.ask(path, json);
    if (reply.type === "unreachable") throw this.#note(reply.why);
    const answer = reply.status === 200 ? parseAnswer(reply.body) : undefined;
    if (answer === undefined) throw refusedBy(parseRefusal(reply.body));
    return answer;
  }

  /** From now on nobody waits for an answer, until the watch has one. */
  #note(why: Unreachable): ApiError {
    if (this.#trouble === undefined) this.#log.warn({ why }, "etcd cannot be reached");
    this.#trouble ??= why;
    this.#connection.abort();
    return unreachable(why);
  }

  #recover(): void {
    if (this.#trouble !== undefined) this.#log.info("etcd answers again");
    this.#trouble = undefined;
  }
}

/** Somebody else wrote first, and the watch has not told yet. */
function beaten(kind: Kind, name: string, previous: string | undefined): ApiError {
  const what = `${qualifiedResource(kind)} "${name}"`;
  const object = { kind, name };
  return previous === undefined
    ? new ApiError("AlreadyExists", `${what} already exists`, { object })
    : new ApiError(
        "Conflict",
        `Operation cannot be fulfilled on ${what}: the object has been modified; please apply your changes to the latest version and try again`,
        { object },
      );
}
