/** From the bytes of a body to a value: JSON, YAML or protobuf. What the value means is for others to say. */

import { isRecord } from "../../../api/decoding/check-schema.ts";
import { ApiError } from "../../../api/errors/api-error.ts";
import { parseKubernetesYaml } from "../../../api/kubernetes-yaml.ts";
import type { PatchType } from "../../../api/patch/patch-object.ts";
import { decodeProtobuf } from "../protobuf/decode-protobuf.ts";
import { isShallow } from "./nesting.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** Reads one body. @throws Error saying what is wrong with it. */
type Decoder = (body: Buffer) => unknown;

const decoders: ReadonlyMap<string, Decoder> = new Map<string, Decoder>([
  ["application/json", (body) => JSON.parse(body.toString("utf8"))],
  ["application/yaml", (body) => parseKubernetesYaml(body.toString("utf8"))],
  ["application/vnd.kubernetes.protobuf", decodeProtobuf],
]);

/** `application/json` of `Application/JSON; charset=utf-8`. */
function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * The object that a body holds. Without a content type it is JSON: some clients send none.
 *
 * @param kind what the URL is about, for the message.
 * @throws ApiError UnsupportedMediaType, BadRequest.
 */
export function decodeBody(body: Buffer, contentType: string | undefined, kind: string): Fields {
  const decode = decoders.get(mediaTypeOf(contentType) || "application/json");
  if (decode === undefined) {
    const types = [...decoders.keys()].join(", ");
    throw new ApiError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${types}`,
      { details: {} },
    );
  }
  const value = decoded(decode, body, kind);
  if (!isShallow(value)) throw unrecognized(kind, "json parse error: exceeded max depth", body);
  if (isRecord(value)) return value;
  throw unrecognized(kind, "json: cannot unmarshal the body into an object", body);
}

/** The patch that a body holds: a list of operations, or part of an object. @throws ApiError BadRequest. */
export function decodePatch(body: Buffer, type: PatchType): unknown {
  const text = body.toString("utf8");
  try {
    const value: unknown = type === "apply" ? parseKubernetesYaml(text) : JSON.parse(text);
    if (!isShallow(value)) throw new Error("exceeded max depth");
    if (type === "json" || isRecord(value)) return value;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiError("BadRequest", `error decoding patch: ${why}`, { cause: error });
  }
  throw new ApiError("BadRequest", "error decoding patch: the body must be an object");
}

function decoded(decode: Decoder, body: Buffer, kind: string): unknown {
  try {
    return decode(body);
  } catch (error) {
    if (error instanceof ApiError) throw error;
    const text = error instanceof Error ? error.message : String(error);
    throw unrecognized(kind, `json parse error: ${inServersWords(text, body)}`, body);
  }
}

/** JavaScript says where; the server says what it was reading when the text ended. */
function inServersWords(message: string, body: Buffer): string {
  const position = Number(/at position (\d+)/.exec(message)?.[1] ?? Number.NaN);
  const isEnd = position >= body.byteLength || /Unexpected end of JSON input/.test(message);
  return isEnd ? "unexpected end of JSON input" : message;
}

const longestQuote = 128;

function unrecognized(kind: string, why: string, body: Buffer): ApiError {
  const text = body.toString("utf8");
  const quote = text.length > longestQuote ? `${text.slice(0, longestQuote)} ...` : text;
  return new ApiError(
    "BadRequest",
    `the object provided is unrecognized (must be of type ${kind}): couldn't get version/kind; ${why} (${quote})`,
  );
}
