/** The inside end of the control socket: see protocol.ts. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { PodwireError } from "../../base/podwire-error.ts";
import { LineWriter } from "./line-writer.ts";
import type { AnswerLine, ErrorMessage, OperationName, Operations } from "./protocol.ts";

interface CallContext<Event> {
  /** Sends an event to the caller. */
  readonly emit: (event: Event) => void;
  /** Aborts when the caller hangs up. */
  readonly signal: AbortSignal;
}

export type Handlers = {
  readonly [Name in OperationName]: (
    request: Operations[Name]["request"],
    context: CallContext<Operations[Name]["event"]>,
  ) => Promise<Operations[Name]["result"]>;
};

export interface ControlServerOptions {
  readonly handlers: Handlers;
  /** Says whether the process at the other end may ask this lab for anything. */
  readonly isAllowed: (socket: Socket) => boolean;
  readonly onError: (error: unknown) => void;
}

/** The caller listens with it, on the socket that the launcher handed down. */
export function createControlServer({
  handlers,
  isAllowed,
  onError,
}: ControlServerOptions): Server {
  const server = createServer((request, response) => {
    answer(handlers, request, response).catch((error: unknown) => {
      onError(error);
      response.destroy();
    });
  });
  server.on("connection", (socket) => {
    if (!isAllowed(socket)) socket.destroy();
  });
  // A capture or a wait may take as long as its caller likes.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  return server;
}

async function answer(
  handlers: Handlers,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const name = (request.url ?? "/").slice(1);
  if (!isOperation(handlers, name)) {
    const error: ErrorMessage = { code: "USAGE", message: `no operation ${name}`, exitCode: 2 };
    response.writeHead(404).end(`${JSON.stringify({ error })}\n`);
    return;
  }
  const hungUp = new AbortController();
  response.on("close", () => {
    // Also the end of a whole answer; whoever still holds the signal then must not take it for a hang-up.
    if (!response.writableFinished) hungUp.abort(new Error("the caller hung up"));
  });
  const lines = new LineWriter(response);
  const write = (line: AnswerLine<typeof name>): void => lines.write(line);
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  // The caller may wait long for the first line; the head tells it that it was heard.
  response.flushHeaders();
  try {
    const body = parseBody(await readText(request));
    // One handler and its own request: the table above pairs them by name.
    const handler = handlers[name] as (
      request: unknown,
      context: CallContext<unknown>,
    ) => Promise<Operations[OperationName]["result"]>;
    const emit = (event: unknown): void => write({ event } as AnswerLine<typeof name>);
    write({ result: await handler(body, { emit, signal: hungUp.signal }) });
  } catch (error) {
    write({ error: describeError(error) });
  }
  lines.end();
}

function isOperation(handlers: Handlers, name: string): name is OperationName {
  return Object.hasOwn(handlers, name);
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** @throws UsageError for what is no JSON: asked by hand, and not well. */
function parseBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError("the body of the request is no JSON", { hint: "send {}", cause: error });
  }
}

/** The caller does not keep to the protocol. */
class UsageError extends PodwireError {
  readonly code = "USAGE";
  readonly exitCode = 2;
}

function describeError(error: unknown): ErrorMessage {
  if (error instanceof PodwireError) {
    const { code, message, exitCode, hint } = error;
    return { code, message, exitCode, ...(hint !== undefined && { hint }) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: "BUG", message, exitCode: 70, ...(stack !== undefined && { stack }) };
}
