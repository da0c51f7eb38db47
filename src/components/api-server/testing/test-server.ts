/** An API server over plain HTTP on loopback, for tests: whoever asks is an administrator. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import pino from "pino";
import type { AdmissionOptions } from "../../../api/requests/admission.ts";
import { Store, type StoreOptions } from "../../../api/store/store.ts";
import { ApiServer } from "../api-server.ts";
import type { Authenticate } from "../authentication/authenticate.ts";
import { ServiceAccountTokens } from "../authentication/service-account-tokens.ts";
import type { PodRuntime } from "../streaming/pod-runtime.ts";

export interface TestServer extends AsyncDisposable {
  readonly store: Store;
  readonly api: ApiServer;
  /** `http://127.0.0.1:40123` */
  readonly url: string;
  /** Sends one request and reads the whole answer. */
  readonly ask: (
    method: string,
    path: string,
    request?: { readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> },
  ) => Promise<TestAnswer>;
}

interface TestAnswer {
  readonly code: number;
  readonly headers: Headers;
  /** Parsed, where it is JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it freely.
  readonly body: any;
}

export async function startTestServer(
  options: {
    readonly store?: StoreOptions;
    readonly admission?: (store: Store) => AdmissionOptions;
    readonly authenticate?: Authenticate;
    /** Nothing runs unless given. */
    readonly runtime?: Partial<PodRuntime>;
    readonly watchLifeMs?: () => number;
  } = {},
): Promise<TestServer> {
  const store = new Store(options.store);
  const api = new ApiServer({
    store,
    admission: options.admission?.(store) ?? {},
    authenticate:
      options.authenticate ?? (() => ({ username: "admin", groups: ["system:masters"] })),
    tokens: new ServiceAccountTokens({ store, issuer: "https://kubernetes.default.svc" }),
    runtime: { ...nothingRuns, ...options.runtime },
    facts: { gitVersion: "v1.34.0", platform: "linux/amd64", serverAddress: "192.168.0.14:6443" },
    log: pino({ level: "silent" }),
    ...(options.watchLifeMs && { watchLifeMs: options.watchLifeMs }),
  });
  const server = createServer();
  api.serve(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // Asked for an address and a port, so this is what it has.
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    store,
    api,
    url,
    ask: (method, path, request = {}) => ask(`${url}${path}`, method, request),
    [Symbol.asyncDispose]: async () => {
      api[Symbol.dispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const nothingRuns: PodRuntime = {
  exec: () => undefined,
  attach: () => undefined,
  connect: () => Promise.reject(new Error("nothing listens")),
  log: () => undefined,
};

async function ask(
  url: string,
  method: string,
  { body, headers }: NonNullable<Parameters<TestServer["ask"]>[2]>,
): Promise<TestAnswer> {
  const isRaw = typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(url, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: isRaw ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson =
    (text !== "" && response.headers.get("content-type")?.startsWith("application/json")) ?? false;
  return {
    code: response.status,
    headers: response.headers,
    body: isJson && text !== "" ? JSON.parse(text) : text,
  };
}
