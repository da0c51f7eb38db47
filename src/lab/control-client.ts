/** The outside end of the control socket: see protocol.ts. */
import { type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { createInterface } from "node:readline";
import { LabError } from "./lab-error.ts";
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
    const request = httpRequest({
      socketPath: this.#socketPath,
      method: "POST",
      path: `/${name}`,
      agent: false,
      ...(signal !== undefined && { signal }),
    });
    request.end(JSON.stringify(body));
    try {
      const response = await head(request);
      for await (const text of createInterface({ input: response })) {
        // The server is this same program: its lines are AnswerLines.
        const line = JSON.parse(text) as AnswerLine<Name>;
        if ("event" in line) onEvent?.(line.event);
        else if ("error" in line) throw new LabError(line.error);
        else return line.result;
      }
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof LabError) throw error;
      throw LabError.gone(error);
    } finally {
      request.destroy();
    }
    signal?.throwIfAborted();
    throw LabError.gone();
  }
}

function head(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once("response", resolve);
    request.once("error", reject);
  });
}
