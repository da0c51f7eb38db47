/** events.k8s.io/v1 is the events of the core group under other names: one object, two ways to see it. */
import { kindSchemas } from "../../../api/decoding/kind-schemas.ts";
import type { Schema } from "../../../api/decoding/schema.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { type Resource, storedResource } from "./resource.ts";

type Loose = Readonly<Record<string, unknown>>;

const group = "events.k8s.io";

/** Old name, new name. Whatever else there is has one name in both. */
const renamed = [
  ["involvedObject", "regarding"],
  ["message", "note"],
  ["reportingComponent", "reportingController"],
  ["source", "deprecatedSource"],
  ["firstTimestamp", "deprecatedFirstTimestamp"],
  ["lastTimestamp", "deprecatedLastTimestamp"],
  ["count", "deprecatedCount"],
] as const;

const toNew: ReadonlyMap<string, string> = new Map(renamed);
const toOld: ReadonlyMap<string, string> = new Map(renamed.map(([old, next]) => [next, old]));

export const eventsV1: Resource = {
  ...storedResource("Event"),
  group,
  conversion: {
    schema: renamedSchema(),
    storedNames: toOld,
    toWire: (stored) => ({ ...rename(stored, toNew), apiVersion: `${group}/v1` }),
    fromWire: (input) => ({ ...rename(input, toOld), apiVersion: "v1" }),
  },
};

function renamedSchema(): Schema {
  const { Event: stored } = kindSchemas;
  return stored.type === "object" ? { ...stored, fields: rename(stored.fields, toNew) } : stored;
}

function rename<T extends Loose | KubeObject>(object: T, names: ReadonlyMap<string, string>): T {
  const entries = Object.entries(object).map(([key, value]) => [names.get(key) ?? key, value]);
  // The names differ and nothing else: the caller sets what is left of the type, apiVersion.
  return Object.fromEntries(entries) as T;
}
