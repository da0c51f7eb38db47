/**
 * Writes Events: what a component did and why, for people to read with `kubectl
 * describe`. The same thing said again raises a count instead of making a new
 * object, as client-go's event correlator does. What happened stays so whether it
 * can be written down or not: while the API server is down, nothing is.
 */
import { isUnavailable } from "../errors/api-error.ts";
import type { Event } from "../objects/cluster.ts";
import type { KubeObject, ObjectKey } from "../objects/meta.ts";
import { isNamespaceTerminating } from "../requests/deletion.ts";
import type { Store } from "../store/store.ts";

interface EventText {
  /** @default "Normal" */
  readonly type?: Event["type"];
  /** A word for machines, such as `SuccessfulCreate`. */
  readonly reason: string;
  readonly message: string;
  /** The part of the object that it is about: `spec.containers{web}`. */
  readonly fieldPath?: string;
}

export type RecordEvent = (about: KubeObject, text: EventText) => void;

export interface EventRecorderOptions {
  readonly store: Store;
  /** As real clusters name it: `replicaset-controller`, `default-scheduler`, `kubelet`. */
  readonly component: string;
  /** The node, for components that run on one. */
  readonly host?: string;
  /** Milliseconds since the epoch, for the events' names. @default Date.now */
  readonly now?: () => number;
}

/** How many different events a recorder remembers in order to count them. client-go's number. */
const rememberedEvents = 4_096;

export function eventRecorder(options: EventRecorderOptions): RecordEvent {
  const { store } = options;
  const nameFor = namer(options);
  const keysByText = new Map<string, ObjectKey>();
  const write: RecordEvent = (about, text) => {
    const namespace = about.metadata.namespace ?? "default";
    // The API refuses new objects there.
    if (isNamespaceTerminating(store, namespace)) return;
    const said = identify(about, text);
    const known = keysByText.get(said);
    if (known !== undefined && countAgain(store, known) !== undefined) return;
    const name = nameFor(about, namespace);
    const event = store.create<"Event">(eventOf(about, text, { ...options, namespace, name }));
    keysByText.delete(said);
    keysByText.set(said, { namespace, name: event.metadata.name });
    const [oldest] = keysByText.keys();
    if (keysByText.size > rememberedEvents && oldest !== undefined) keysByText.delete(oldest);
  };
  return (about, text) => {
    try {
      write(about, text);
    } catch (error) {
      if (!isUnavailable(error)) throw error;
    }
  };
}

function identify(about: KubeObject, { type, reason, message, fieldPath }: EventText): string {
  const { namespace, name, uid } = about.metadata;
  return JSON.stringify([about.kind, namespace, name, uid, fieldPath, type, reason, message]);
}

function countAgain(store: Store, key: ObjectKey): Event | undefined {
  return store.patch("Event", key, (event) => ({
    ...event,
    count: (event.count ?? 1) + 1,
    lastTimestamp: store.timestamp(),
  }));
}

/** `<object>.<nanoseconds in hexadecimal>`, as client-go names events; no moment comes twice. */
function namer({
  store,
  now = Date.now,
}: EventRecorderOptions): (about: KubeObject, namespace: string) => string {
  let latest = 0n;
  return ({ metadata }, namespace) => {
    const moment = BigInt(now()) * 1_000_000n;
    latest = moment > latest ? moment : latest + 1n;
    for (;;) {
      const name = `${metadata.name}.${latest.toString(16)}`;
      // Other recorders have clocks of their own.
      if (store.get("Event", { namespace, name }) === undefined) return name;
      latest += 1n;
    }
  };
}

function eventOf(
  { apiVersion, kind, metadata }: KubeObject,
  { type = "Normal", reason, message, fieldPath }: EventText,
  { store, component, host, namespace, name }: EventRecorderOptions & ObjectKey,
): Event {
  const timestamp = store.timestamp();
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name, namespace },
    involvedObject: {
      apiVersion,
      kind,
      name: metadata.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      ...(metadata.uid !== undefined && { uid: metadata.uid }),
      ...(metadata.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
      ...(fieldPath !== undefined && { fieldPath }),
    },
    reason,
    message,
    source: { component, ...(host !== undefined && { host }) },
    firstTimestamp: timestamp,
    lastTimestamp: timestamp,
    count: 1,
    type,
    reportingComponent: component,
    reportingInstance: host ?? "",
  };
}
