import { encodeObject } from "../presenting/encode.ts";
import { type Presentation, presentTable } from "../presenting/presentation.ts";
import type { SelectedEvent } from "./select-event.ts";

/** The lines of watch streams; one that several are sent is made once. Lives as long as one delivery. */
export class EventLines {
  readonly #lines = new Map<object, Map<string, string>>();

  /** The line for `selected`, which is what is seen of `change`: a change, or an object of the start. */
  of(change: object, selected: SelectedEvent, presentation: Presentation): string {
    const known = this.#lines.get(change) ?? new Map<string, string>();
    this.#lines.set(change, known);
    const key = `${selected.type} ${presentation.id}`;
    const line =
      known.get(key) ??
      `{"type":"${selected.type}","object":${encodeObject(presentation, selected.object)}}\n`;
    known.set(key, line);
    return line;
  }
}

export function eventLine(type: string, object: object): string {
  return `${JSON.stringify({ type, object })}\n`;
}

/** A row of a table; only the first of a stream names the columns. */
export function tableLine(
  { type, object }: SelectedEvent,
  presentation: Presentation,
  withColumns: boolean,
): string {
  const { resourceVersion = "" } = object.metadata;
  return eventLine(type, presentTable(presentation, [object], { resourceVersion }, withColumns));
}
