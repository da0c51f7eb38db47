/**
 * Kubernetes' protobuf, one way: current clients send it without asking, and take JSON for an answer. What comes out is
 * what the same client would have sent as JSON.
 */
import { type ProtobufField, readFields } from "../../../wire/protobuf/read-fields.ts";
import { findMessage, type Message, type MessageField, messageNameOf } from "./messages.ts";
import { isZero, scalars } from "./scalar.ts";

/** `k8s`, and a zero. */
const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0x00);

type Fields = Record<string, unknown>;

/**
 * The object in an envelope: four bytes, then runtime.Unknown with the kind (1) and the kind's own message (2).
 *
 * @throws Error saying what is wrong.
 */
export function decodeProtobuf(body: Uint8Array): Readonly<Fields> {
  if (Buffer.compare(body.subarray(0, magic.byteLength), magic) !== 0) {
    throw new Error(
      "provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]",
    );
  }
  const envelope = readFields(body.subarray(magic.byteLength));
  const [apiVersion = "", kind = ""] = [1, 2].map((wanted) =>
    textOf(messageIn(envelope, 1), wanted),
  );
  const message = findMessage(messageNameOf(apiVersion, kind));
  if (message === undefined) {
    throw new Error(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)}`,
    );
  }
  return { apiVersion, kind, ...decodeMessage(bytesIn(envelope, 2), message) };
}

function decodeMessage(bytes: Uint8Array, message: Message): Fields {
  const object: Fields = {};
  for (const { number, value } of readFields(bytes)) {
    const field = message.get(number);
    // Newer than this table, or of no use here.
    if (field !== undefined) put(object, field, value);
  }
  return object;
}

function put(object: Fields, field: MessageField, value: ProtobufField["value"]): void {
  const { name, type, shape, isOptional } = field;
  switch (shape) {
    case "inline":
      Object.assign(object, decodeValue(type, value));
      break;
    case "list": {
      const items = object[name];
      object[name] = [...(Array.isArray(items) ? items : []), decodeValue(type, value)];
      break;
    }
    case "map": {
      const entry = readFields(value instanceof Uint8Array ? value : new Uint8Array());
      const item = entry.findLast((each) => each.number === 2)?.value ?? new Uint8Array();
      // A key may be called like something that every object has.
      const entries = Object.entries(object[name] ?? {});
      object[name] = Object.fromEntries([...entries, [textOf(entry, 1), decodeValue(type, item)]]);
      break;
    }
    case "single": {
      const decoded = decodeValue(type, value);
      if (decoded !== undefined && (isOptional || !isZero(decoded))) object[name] = decoded;
      break;
    }
  }
}

function decodeValue(type: string, value: ProtobufField["value"]): unknown {
  const scalar = scalars.get(type);
  if (scalar !== undefined) return scalar(value);
  const message = findMessage(type);
  if (message === undefined || !(value instanceof Uint8Array)) return undefined;
  const object = decodeMessage(value, message);
  // To JSON a list by itself.
  return type === "ExtraValue" ? (object["items"] ?? []) : object;
}

function bytesIn(fields: readonly ProtobufField[], wanted: number): Uint8Array {
  const value = fields.findLast(({ number }) => number === wanted)?.value;
  return value instanceof Uint8Array ? value : new Uint8Array();
}

function messageIn(fields: readonly ProtobufField[], wanted: number): readonly ProtobufField[] {
  return readFields(bytesIn(fields, wanted));
}

function textOf(fields: readonly ProtobufField[], wanted: number): string {
  return Buffer.from(bytesIn(fields, wanted)).toString("utf8");
}
