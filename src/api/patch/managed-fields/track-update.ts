import { isRecord } from "../../decoding/check-schema.ts";
import type { Schema } from "../../decoding/schema.ts";
import type { ManagedFieldsEntry } from "../../objects/meta.ts";
import { difference, isEmpty, noFields, union } from "./field-set.ts";
import { differences } from "./fields-of.ts";
import {
  decodeManagedFields,
  encodeManagedFields,
  isReset,
  isSameManager,
  type Manager,
  type Owned,
} from "./managed-fields.ts";
import { ownable, type WrittenPart, withEmbedded } from "./server-fields.ts";

type Loose = Readonly<Record<string, unknown>>;

export interface Writing {
  readonly schema: Schema;
  readonly manager: Manager;
  readonly part: WrittenPart;
  /** RFC 3339. */
  readonly now: string;
}

/** Beyond so many, the oldest writers are put together, so that the list ends. */
const maxUpdaters = 10;
const ancient = "ancient-changes";

/**
 * The `managedFields` of `next` after a create or update: what it changes
 * belongs to its writer now, and to nobody else.
 *
 * @param live absent when the object is created.
 */
export function trackUpdate(
  live: Loose | undefined,
  next: Loose,
  { schema, manager, part, now }: Writing,
): readonly ManagedFieldsEntry[] {
  const difference_ = differences(
    withEmbedded(withoutManagedFields(live), schema),
    withoutManagedFields(next),
    schema,
  );
  const taken = ownable(union(difference_.added, difference_.modified), part);
  const removed = ownable(difference_.removed, part);
  const owners = ownersToStartFrom(live, next);
  const previous = owners.find((owner) => isSameManager(owner, manager));
  const others = owners
    .filter((owner) => owner !== previous)
    .map((owner) => ({
      ...owner,
      fields: difference(difference(owner.fields, taken), removed),
    }));
  const fields = difference(union(previous?.fields ?? noFields, taken), removed);
  const time = isEmpty(taken) ? (previous?.time ?? now) : now;
  return encodeManagedFields(capped([...others, { ...manager, fields, time }]));
}

/** Those that the request itself sends, those that were there, or none when the request says so. */
function ownersToStartFrom(live: Loose | undefined, next: Loose): readonly Owned[] {
  const sent = managedFieldsOf(next);
  if (isReset(sent)) return [];
  const owners = decodeManagedFields(sent);
  return owners.length > 0 ? owners : decodeManagedFields(managedFieldsOf(live));
}

export function managedFieldsOf(object: Loose | undefined): readonly ManagedFieldsEntry[] {
  const metadata = object?.["metadata"];
  const entries = isRecord(metadata) ? metadata["managedFields"] : undefined;
  // The entries' members are looked at one by one when they are decoded.
  return Array.isArray(entries) ? (entries as readonly ManagedFieldsEntry[]) : [];
}

export function withoutManagedFields(object: Loose | undefined): Loose | undefined {
  const metadata = object?.["metadata"];
  if (!isRecord(metadata) || !Object.hasOwn(metadata, "managedFields")) return object;
  const { managedFields: _managedFields, ...rest } = metadata;
  return { ...object, metadata: rest };
}

function capped(owners: readonly Owned[]): readonly Owned[] {
  const updaters = owners
    .filter(({ operation, subresource }) => operation === "Update" && subresource === undefined)
    .toSorted((a, b) => ((a.time ?? "") < (b.time ?? "") ? -1 : 1));
  const excess = updaters.length - maxUpdaters;
  if (excess <= 0) return owners;
  const old = updaters.slice(0, excess + 1);
  const [oldest] = old;
  if (oldest === undefined) return owners;
  const fields = old.reduce((set, owner) => union(set, owner.fields), noFields);
  return [
    ...owners.filter((owner) => !old.includes(owner)),
    { ...oldest, manager: ancient, fields },
  ];
}
