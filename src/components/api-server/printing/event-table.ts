import type { Event } from "../../../api/objects/cluster.ts";
import { nameColumn, text, wide } from "./column.ts";
import { ageSince } from "./human-duration.ts";
import type { KindTable } from "./kind-table.ts";

export const eventTable: KindTable<Event> = {
  columns: [
    text("Last Seen", "When it happened last."),
    text("Type", "Normal or Warning."),
    text("Reason", "What happened, in one word for programs."),
    text("Object", "What it is about."),
    wide(text("Subobject", "The part of the object that it is about.")),
    wide(text("Source", "Who says so.")),
    text("Message", "What happened, for people."),
    wide(text("First Seen", "When it happened first.")),
    wide(text("Count", "How often it happened.")),
    wide(nameColumn),
  ],
  cells: (event, now) => {
    const { metadata, involvedObject, source, series } = event;
    const first = ageSince(event.firstTimestamp ?? event.eventTime, now);
    const last = series?.lastObservedTime ?? event.lastTimestamp;
    const kind = involvedObject.kind.toLowerCase();
    return [
      last === undefined ? first : ageSince(last, now),
      event.type,
      event.reason,
      involvedObject.name === "" ? kind : `${kind}/${involvedObject.name}`,
      involvedObject.fieldPath ?? "",
      [source?.component || event.reportingComponent, source?.host || event.reportingInstance]
        .filter(Boolean)
        .join(", "),
      event.message.trim(),
      first,
      series?.count ?? (event.count || 1),
      metadata.name,
    ];
  },
};
