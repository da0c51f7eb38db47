/** One request as handlers see it, and what they answer: data, so that tests need no sockets. */
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { User } from "../authentication/user.ts";
import type { Accepted } from "./negotiate.ts";

export interface Call {
  /** `GET`, `POST`, … */
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly user: User;
  /** What the client wants the answer to be. */
  readonly accepted: Accepted;
  /** Reads the body. @throws ApiError RequestEntityTooLarge. */
  readonly body: () => Promise<Buffer>;
}

/** An object of the API, sent as JSON or YAML. */
export interface ObjectAnswer {
  readonly type: "object";
  readonly code: number;
  readonly object: object;
  /** Each becomes a `Warning` header, which kubectl prints. */
  readonly warnings?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TextAnswer {
  readonly type: "text";
  readonly code: number;
  readonly contentType: string;
  readonly text: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that comes bit by bit: a long list, a watch, a log. */
interface StreamAnswer {
  readonly type: "stream";
  /** Writes head and body, and ends the response or leaves it open. Settles when it has no more to do. */
  readonly start: (response: ServerResponse) => Promise<void> | void;
}

export type Answer = ObjectAnswer | StreamAnswer | TextAnswer;

export function answerObject(
  object: object,
  {
    code = 200,
    warnings = [],
  }: { readonly code?: number; readonly warnings?: readonly string[] } = {},
): ObjectAnswer {
  return { type: "object", code, object, warnings };
}
