/** Every name that a display filter of podwire knows: a well-chosen part of Wireshark's, spelled as there. */
import { nearest } from "../../base/nearest.ts";
import type { Field } from "./field.ts";
import { applicationFields } from "./fields/application.ts";
import { frameFields } from "./fields/frame.ts";
import { internetFields } from "./fields/internet.ts";
import { linkFields } from "./fields/link.ts";
import { transportFields } from "./fields/transport.ts";

const fields: ReadonlyMap<string, Field> = new Map(
  Object.entries({
    ...frameFields,
    ...linkFields,
    ...internetFields,
    ...transportFields,
    ...applicationFields,
  }),
);

/** What Wireshark has and podwire cannot have, with what to write instead. */
const substitutes: Readonly<Record<string, string>> = {
  "tcp.seq": "tcp.seq_raw: relative numbers need the whole connection",
  "tcp.ack": "tcp.ack_raw, or tcp.flags.ack for the flag",
  "tcp.window_size": "tcp.window_size_value: the scale is known only from the handshake",
  "tcp.flags.rst": "tcp.flags.reset",
  "tcp.flags.psh": "tcp.flags.push",
  http: 'tcp.port == 80, or tcp contains "HTTP/1.1": podwire does not reassemble streams',
};

export function knowsField(name: string): boolean {
  return fields.has(name);
}

export function findField(name: string): Field | undefined {
  return fields.get(name);
}

/** What somebody who wrote `name` may have meant. */
export function suggestField(name: string): string | undefined {
  const substitute = substitutes[name];
  if (substitute !== undefined) return `write ${substitute}`;
  const near = nearest(name, fields.keys());
  return near === undefined ? undefined : `did you mean ${near}?`;
}

export function fieldNames(): readonly string[] {
  return [...fields.keys()];
}
