/** JSON Patch, RFC 6902, over JSON Pointers, RFC 6901. */
import { isDeepStrictEqual } from "node:util";
import { isRecord } from "../decoding/check-schema.ts";
import { ApiError } from "../errors/api-error.ts";

/** As many as the real API server takes in one request. */
const maxOperations = 10_000;

/**
 * Applies the operations one after the other, all or none. `document` stays as it is.
 *
 * @throws ApiError BadRequest when `patch` is no JSON Patch; Invalid when an
 *   operation cannot be carried out, or a `test` fails.
 */
export function applyJsonPatch(document: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw malformed("a JSON patch is a list of operations");
  if (patch.length > maxOperations) {
    throw malformed(`a JSON patch has at most ${maxOperations} operations, not ${patch.length}`);
  }
  return patch.reduce(applyOperation, document);
}

function applyOperation(document: unknown, operation: unknown): unknown {
  if (!isRecord(operation)) throw malformed("an operation of a JSON patch is an object");
  const { op } = operation as { readonly op?: unknown };
  const path = pointerOf(operation, "path");
  switch (op) {
    case "add":
      return add(document, path, operand(operation));
    case "remove":
      return remove(document, path);
    case "replace":
      read(document, path);
      return path.length === 0
        ? operand(operation)
        : add(remove(document, path), path, operand(operation));
    case "move": {
      const from = pointerOf(operation, "from");
      if (isDeepStrictEqual(from, path)) return document;
      if (isDeepStrictEqual(path.slice(0, from.length), from)) {
        throw impossible("move", path, "a value cannot be moved into itself");
      }
      return add(remove(document, from), path, read(document, from));
    }
    case "copy":
      return add(document, path, read(document, pointerOf(operation, "from")));
    case "test":
      if (isDeepStrictEqual(read(document, path), operand(operation))) return document;
      throw impossible("test", path, "test failed");
    default:
      throw malformed(`unexpected operation ${JSON.stringify(op)}`);
  }
}

type Pointer = readonly string[];

function pointerOf(operation: Readonly<Record<string, unknown>>, member: "from" | "path"): Pointer {
  const text = operation[member];
  if (typeof text !== "string") throw malformed(`an operation lacks its ${member}`);
  if (text === "") return [];
  if (!text.startsWith("/")) throw malformed(`JSON pointer ${text}: must start with /`);
  // In this order, so that ~01 becomes ~1 and not /.
  return text
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function operand(operation: Readonly<Record<string, unknown>>): unknown {
  if (!Object.hasOwn(operation, "value")) throw malformed("an operation lacks its value");
  return operation["value"];
}

function read(document: unknown, path: Pointer): unknown {
  return path.reduce((value, token, depth) => {
    if (Array.isArray(value)) return value[indexIn(value, token, path.slice(0, depth + 1))];
    if (isRecord(value) && Object.hasOwn(value, token)) return value[token];
    throw missing(path.slice(0, depth + 1));
  }, document);
}

/** `whole` is the pointer from the document's top, for messages. */
function add(document: unknown, path: Pointer, value: unknown, whole: Pointer = path): unknown {
  const [token, ...rest] = path;
  if (token === undefined) return value;
  if (rest.length > 0) {
    return within(document, token, whole, (child) => add(child, rest, value, whole));
  }
  if (Array.isArray(document)) {
    const at = token === "-" ? document.length : indexIn([...document, undefined], token, whole);
    return document.toSpliced(at, 0, value);
  }
  if (isRecord(document)) return { ...document, [token]: value };
  throw missing(whole);
}

function remove(document: unknown, path: Pointer, whole: Pointer = path): unknown {
  const [token, ...rest] = path;
  if (token === undefined) {
    throw impossible("remove", whole, "the whole document cannot be removed");
  }
  if (rest.length > 0) {
    return within(document, token, whole, (child) => remove(child, rest, whole));
  }
  if (Array.isArray(document)) return document.toSpliced(indexIn(document, token, whole), 1);
  if (!isRecord(document) || !Object.hasOwn(document, token)) throw missing(whole);
  const { [token]: _removed, ...others } = document;
  return others;
}

function within(
  document: unknown,
  token: string,
  whole: Pointer,
  change: (child: unknown) => unknown,
): unknown {
  if (Array.isArray(document)) {
    const at = indexIn(document, token, whole);
    return document.with(at, change(document[at]));
  }
  if (!isRecord(document) || !Object.hasOwn(document, token)) throw missing(whole);
  return { ...document, [token]: change(document[token]) };
}

function indexIn(list: readonly unknown[], token: string, path: Pointer): number {
  // No sign, no leading zeros: RFC 6901 section 4.
  const index = /^(?:0|[1-9]\d*)$/.test(token) ? Number(token) : -1;
  if (index < 0 || index >= list.length) throw missing(path);
  return index;
}

function format(path: Pointer): string {
  return path.map((token) => `/${token.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

function missing(path: Pointer): ApiError {
  return new ApiError("Invalid", `the path ${format(path)} of the JSON patch does not exist`);
}

function impossible(op: string, path: Pointer, why: string): ApiError {
  return new ApiError("Invalid", `JSON patch: ${op} ${format(path) || '""'}: ${why}`);
}

function malformed(why: string): ApiError {
  return new ApiError("BadRequest", why);
}
