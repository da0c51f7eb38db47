/** From an answer to bytes. */
import type { ServerResponse } from "node:http";
import { stringify } from "yaml";
import { ApiError } from "../../../api/errors/api-error.ts";
import { failureStatus } from "../../../api/requests/status.ts";
import type { Answer, ObjectAnswer } from "./call.ts";
import type { Accepted } from "./negotiate.ts";

/** Settles when the answer is written, or a stream has begun. */
export async function respond(
  response: ServerResponse,
  answer: Answer,
  format: Accepted["format"],
): Promise<void> {
  switch (answer.type) {
    case "object":
      respondObject(response, answer, format);
      break;
    case "text": {
      const { code, contentType, text, headers } = answer;
      response.writeHead(code, { ...headers, "content-type": contentType }).end(text);
      break;
    }
    case "stream":
      await answer.start(response);
      break;
  }
}

function respondObject(
  response: ServerResponse,
  { code, object, warnings = [], headers }: ObjectAnswer,
  format: Accepted["format"],
): void {
  const isYaml = format === "yaml";
  const text = isYaml ? stringify(object) : `${JSON.stringify(object)}\n`;
  if (warnings.length > 0) response.setHeader("warning", warnings.map(formatWarning));
  response
    .writeHead(code, {
      "content-type": isYaml ? "application/yaml" : "application/json",
      "cache-control": "no-cache, private",
      ...headers,
    })
    .end(text);
}

/** RFC 7234 section 5.5: 299 is "miscellaneous persistent warning", `-` an agent that is not named. */
function formatWarning(text: string): string {
  const quoted = text.replaceAll(/[\\"]/g, "\\$&").replaceAll(/[^\t\x20-\x7e]/g, "?");
  return `299 - "${quoted}"`;
}

/** The answer to a request that failed: a Status, always as JSON. */
export function answerError(error: ApiError): ObjectAnswer {
  const status = failureStatus(error);
  const { retryAfterSeconds } = error.details ?? {};
  return {
    type: "object",
    code: status.code,
    object: status,
    headers: {
      ...(retryAfterSeconds !== undefined && { "retry-after": String(retryAfterSeconds) }),
    },
  };
}

/** What is no refusal is a mistake of ours: it is told as such, and no more of it than its message. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ApiError("InternalError", `Internal error occurred: ${message}`, {
    cause: error,
    details: { causes: [{ reason: "InternalError", message }] },
  });
}
