/** The outside end of the control socket: see protocol.ts. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { LabError } from "../lab-error.ts";
import type { AnswerLine, OperationName, Operations } from "./protocol.ts";

export interface CallOptions<Event> {
  readonly onEvent?: (event: Event) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Calls one lab's operations. Holds no connection between calls. */
export class ControlClient {
  readonly #socketPath: string;

  /** @param socketPath as node:net takes it; an abstract socket's begins with a NUL byte. */
  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /**
   * @throws LabError with the lab's own code and message; code `LAB_GONE` when
   *   nobody listens, or the lab ended before it answered.
   */
  async call<Name extends OperationName>(
    name: Name,
    body: Operations[Name]["request"],
    { onEvent, signal }: CallOptions<Operations[Name]["event"]> = {},
  ): Promise<Operations[Name]["result"]> {
    const request = this.#request(name, body, signal);
    try {
      for await (const text of answerLines(request, signal)) {
        // The server is this same program: its lines are AnswerLines.
        const line = JSON.parse(text) as AnswerLine<Name>;
        if ("event" in line) onEvent?.(line.event);
        else if ("error" in line) throw new LabError(line.error);
        else return line.result;
      }
    } finally {
      request.destroy();
    }
    throw LabError.gone();
  }

  /**
   * A call that lasts, for what a lab keeps as long as its caller is there. Resolves with the first event; disposing
   * of the result hangs up, and so does the end of this process, which the call does not keep alive.
   *
   * @param signal ends the wait for the first event, and nothing after it.
   * @throws LabError as {@link call}.
   */
  async hold<Name extends OperationName>(
    name: Name,
    body: Operations[Name]["request"],
    signal?: AbortSignal,
  ): Promise<HeldCall<Operations[Name]["event"]>> {
    const request = this.#request(name, body);
    const abort = (): void => void request.destroy();
    signal?.addEventListener("abort", abort);
    try {
      const { value = "{}" } = await answerLines(request, signal).next();
      // The server is this same program: its lines are AnswerLines.
      const line = JSON.parse(value) as AnswerLine<Name>;
      if ("error" in line) throw new LabError(line.error);
      if (!("event" in line)) throw LabError.gone();
      // From here on it ends without a word: with the lab, or because we hang up.
      request.on("error", () => undefined);
      request.socket?.unref();
      return { event: line.event, [Symbol.dispose]: abort };
    } catch (error) {
      request.destroy();
      throw error;
    } finally {
      signal?.removeEventListener("abort", abort);
    }
  }

  #request(name: OperationName, body: unknown, signal?: AbortSignal): ClientRequest {
    const request = httpRequest({
      socketPath: this.#socketPath,
      method: "POST",
      path: `/${name}`,
      agent: false,
      ...(signal !== undefined && { signal }),
    });
    request.end(JSON.stringify(body));
    return request;
  }
}

export interface HeldCall<Event> extends Disposable {
  readonly event: Event;
}

/**
 * The lines of the answer as they come. Split here, as readline takes U+2028 for the end of a
 * line, and JSON lets it stand in a string.
 *
 * @throws the signal's reason, or LabError `LAB_GONE` when the connection breaks.
 */
async function* answerLines(
  request: ClientRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  let rest = "";
  const chunks = answerText(request);
  for (;;) {
    const next = await chunks.next().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw LabError.gone(error);
    });
    signal?.throwIfAborted();
    if (next.done === true) return;
    const [first = "", ...others] = next.value.split("\n");
    rest += first;
    for (const line of others) {
      yield rest;
      rest = line;
    }
  }
}

async function* answerText(request: ClientRequest): AsyncGenerator<string> {
  const response = await head(request);
  response.setEncoding("utf8");
  yield* response as AsyncIterable<string>;
}

function head(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}
