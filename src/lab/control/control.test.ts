/** Both ends of the control socket together, over a socket as a lab has it. */
import { connect, type Socket } from "node:net";
import test, { type ExecutionContext } from "ava";
import { CleanupStack } from "../../base/cleanup-stack.ts";
import { KernelError } from "../../base/podwire-error.ts";
import type { LabEvent } from "../../observe/event.ts";
import { LabError } from "../lab-error.ts";
import { RunError } from "../live/run-error.ts";
import { ControlClient } from "./control-client.ts";
import { createControlServer, type Handlers } from "./control-server.ts";

let sockets = 0;

interface Served {
  readonly client: ControlClient;
  readonly socketPath: string;
  readonly errors: readonly unknown[];
  readonly close: () => void;
}

/** A server that knows these operations and fails the test on any other. */
async function serve(
  t: ExecutionContext,
  handlers: Partial<Handlers>,
  isAllowed: (socket: Socket) => boolean = () => true,
): Promise<Served> {
  const errors: unknown[] = [];
  const server = createControlServer({
    handlers: new Proxy(handlers, {
      get: (table, name: keyof Handlers) =>
        table[name] ?? (() => Promise.reject(new Error(`nobody expects ${name}`))),
      // Only the table's reader needs the whole type, and it is given an answer for every name.
    }) as Handlers,
    isAllowed,
    onError: (error) => errors.push(error),
  });
  sockets++;
  const socketPath = `\0podwire-test-control-${process.pid}-${sockets}`;
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  const close = (): void => {
    server.closeAllConnections();
    server.close();
  };
  t.teardown(close);
  return { client: new ControlClient(socketPath), socketPath, errors, close };
}

/** A promise and what settles it. */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What a caller who speaks the protocol by hand gets back. */
async function askRaw(socketPath: string, request: string): Promise<string> {
  const socket = connect(socketPath);
  await using cleanup = new CleanupStack();
  cleanup.defer(() => socket.destroy());
  socket.end(request);
  let answer = "";
  for await (const chunk of socket) answer += String(chunk);
  return answer;
}

test("a result comes back as it was given", async (t) => {
  const { client } = await serve(t, {
    exec: async ({ where, command }) => ({
      exitCode: 0,
      stdout: `${where}: ${command.join(" ")}`,
      stderr: "",
    }),
  });
  const result = await client.call("exec", { where: "node/node01", command: ["ip", "route"] });
  t.deepEqual(result, { exitCode: 0, stdout: "node/node01: ip route", stderr: "" });
});

for (const [title, text] of [
  ["line ends of Unicode", "a\u2028b\u2029c\u0085d"],
  ["line ends of every system", "a\nb\r\nc\rd"],
  ["letters of several bytes, over many packets", "übergroße Pakete 🐙 ".repeat(20_000)],
] as const) {
  test(`text comes back whole: ${title}`, async (t) => {
    const { client } = await serve(t, {
      exec: async () => ({ exitCode: 0, stdout: text, stderr: "" }),
    });
    const { stdout } = await client.call("exec", { where: "node/node01", command: ["x"] });
    t.is(stdout, text);
  });
}

test("events arrive one by one, in order, before the result", async (t) => {
  const second = deferred<void>();
  const { client } = await serve(t, {
    run: async (_request, { emit }) => {
      emit({ type: "warning", message: "first" });
      // The second is sent when the first has arrived: nothing waits for the end.
      await second.promise;
      emit({ type: "warning", message: "second" });
      return { outcome: "passed" };
    },
  });
  const events: LabEvent[] = [];
  const result = await client.call(
    "run",
    { scenario: "s" },
    {
      onEvent: (event) => {
        events.push(event);
        second.resolve();
      },
    },
  );
  t.deepEqual(result, { outcome: "passed" });
  t.deepEqual(
    events.map((event) => event.type === "warning" && event.message),
    ["first", "second"],
  );
});

const failures: ReadonlyArray<{
  readonly title: string;
  readonly thrown: unknown;
  readonly code: string;
  readonly exitCode: number;
  readonly message: string;
  readonly hint?: string;
}> = [
  {
    title: "a caller's mistake",
    thrown: new RunError("RUN_NO_POD", "deploy/a/b has no running pod", { hint: "scale it" }),
    code: "RUN_NO_POD",
    exitCode: 2,
    message: "deploy/a/b has no running pod",
    hint: "scale it",
  },
  {
    title: "a refusal of the kernel",
    thrown: new KernelError("setns", "EPERM", { errno: 1 }),
    code: "KERNEL_EPERM",
    exitCode: 3,
    message: "setns: EPERM",
  },
  {
    title: "a bug",
    thrown: new TypeError("x is undefined"),
    code: "BUG",
    exitCode: 70,
    message: "x is undefined",
  },
  {
    title: "what is no error at all",
    thrown: "words",
    code: "BUG",
    exitCode: 70,
    message: "words",
  },
];

for (const { title, thrown, code, exitCode, message, hint } of failures) {
  test(`an error keeps its code, message and hint: ${title}`, async (t) => {
    const { client, errors } = await serve(t, { status: () => Promise.reject(thrown) });
    const error = await t.throwsAsync(client.call("status", {}), { instanceOf: LabError });
    t.like(error, { code, exitCode, message, hint });
    t.is(error?.remoteStack !== undefined, code === "BUG", "a stack for bugs alone");
    t.deepEqual(errors, []);
  });
}

test("hanging up aborts the handler", async (t) => {
  const started = deferred<void>();
  const aborted = deferred<unknown>();
  const { client } = await serve(t, {
    events: (_request, { signal }) => {
      signal.addEventListener("abort", () => aborted.resolve(signal.reason));
      started.resolve();
      return new Promise(() => undefined);
    },
  });
  const controller = new AbortController();
  const reason = new Error("enough");
  const call = client.call("events", {}, { signal: controller.signal });
  await started.promise;
  controller.abort(reason);
  t.is(await t.throwsAsync(call), reason, "the caller's own reason comes back");
  t.like(await aborted.promise, { message: "the caller hung up" });
});

test("a whole answer is no hang-up", async (t) => {
  const signals: AbortSignal[] = [];
  const { client } = await serve(t, {
    scale: async (_request, { signal }) => {
      signals.push(signal);
      return {};
    },
  });
  await client.call("scale", { where: "deploy/a/b", replicas: 1 });
  // The next call's answer comes after the close of the first.
  await client.call("scale", { where: "deploy/a/b", replicas: 2 });
  t.false(signals[0]?.aborted);
});

test("a signal that has aborted asks nothing", async (t) => {
  const { client } = await serve(t, {});
  const reason = new Error("too late");
  const call = client.call("status", {}, { signal: AbortSignal.abort(reason) });
  t.is(await t.throwsAsync(call), reason);
});

test("a lab that ends while it is asked is gone", async (t) => {
  const started = deferred<void>();
  const { client, close } = await serve(t, {
    status: () => {
      started.resolve();
      return new Promise(() => undefined);
    },
  });
  const call = client.call("status", {});
  await started.promise;
  close();
  t.like(await t.throwsAsync(call, { instanceOf: LabError }), { code: "LAB_GONE", exitCode: 3 });
});

test("a lab that nobody runs is gone", async (t) => {
  const client = new ControlClient(`\0podwire-test-nobody-${process.pid}`);
  const error = await t.throwsAsync(client.call("status", {}), { instanceOf: LabError });
  t.like(error, { code: "LAB_GONE", message: "the lab is not running" });
});

test("what goes wrong in the caller's own callback is not the lab's fault", async (t) => {
  const { client } = await serve(t, {
    run: async (_request, { emit }) => {
      emit({ type: "warning", message: "x" });
      return { outcome: "passed" };
    },
  });
  const bug = new TypeError("in the callback");
  const call = client.call(
    "run",
    { scenario: "s" },
    {
      onEvent: () => {
        throw bug;
      },
    },
  );
  t.is(await t.throwsAsync(call), bug);
});

test("who is not allowed gets no answer", async (t) => {
  const { client } = await serve(t, {}, () => false);
  const error = await t.throwsAsync(client.call("status", {}), { instanceOf: LabError });
  t.is(error?.code, "LAB_GONE");
});

const byHand: ReadonlyArray<{
  readonly title: string;
  readonly request: string;
  readonly status: number;
  readonly message: string;
}> = [
  {
    title: "an operation that is none",
    request:
      "POST /dance HTTP/1.1\r\nhost: lab\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
    status: 404,
    message: "no operation dance",
  },
  {
    title: "what every object has is no operation",
    request:
      "POST /toString HTTP/1.1\r\nhost: lab\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}",
    status: 404,
    message: "no operation toString",
  },
  {
    title: "a body that is no JSON",
    request:
      "POST /status HTTP/1.1\r\nhost: lab\r\nconnection: close\r\ncontent-length: 4\r\n\r\nnope",
    status: 200,
    message: "the body of the request is no JSON",
  },
];

for (const { title, request, status, message } of byHand) {
  test(`asked by hand: ${title}`, async (t) => {
    const { socketPath } = await serve(t, { status: () => Promise.reject(new Error("asked")) });
    const answer = await askRaw(socketPath, request);
    t.true(answer.startsWith(`HTTP/1.1 ${status} `), answer);
    const line = /\{"error".*\}/.exec(answer)?.[0] ?? "{}";
    t.like(JSON.parse(line), { error: { code: "USAGE", message, exitCode: 2 } });
  });
}

test("garbage on the socket harms nobody", async (t) => {
  const { client, socketPath, errors } = await serve(t, {
    scale: async () => ({}),
  });
  t.regex(await askRaw(socketPath, "\0\u0001 what is this\r\n\r\n"), /^HTTP\/1\.1 400 /);
  t.deepEqual(await client.call("scale", { where: "deploy/a/b", replicas: 1 }), {});
  t.deepEqual(errors, []);
});
