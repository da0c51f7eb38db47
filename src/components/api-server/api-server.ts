/**
 * The API server as a handler of Node's HTTP requests. Who listens where, and how
 * clients show who they are, is the lab's business.
 */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Logger } from "pino";
import { ApiError } from "../../api/errors/api-error.ts";
import type { AdmissionOptions } from "../../api/requests/admission.ts";
import type { Store } from "../../api/store/store.ts";
import type { Authenticate } from "./authentication/authenticate.ts";
import { impersonated } from "./authentication/impersonate.ts";
import type { ServiceAccountTokens } from "./authentication/service-account-tokens.ts";
import { anonymous, type User } from "./authentication/user.ts";
import { type Attributes, pathAttributes, resourceAttributes } from "./authorization/attributes.ts";
import { assertAllowed } from "./authorization/authorize.ts";
import { handlePath, isPublic, type ServerFacts } from "./handle-path.ts";
import { handleResource, upgradeOf, upgradeResource } from "./handle-resource.ts";
import { handleReview } from "./handle-review.ts";
import type { Answer, Call } from "./http/call.ts";
import { type Accepted, negotiate } from "./http/negotiate.ts";
import { readBody } from "./http/read-body.ts";
import { noSuchResource } from "./http/refusals.ts";
import { parseTarget, pathSegments } from "./http/request-target.ts";
import { answerError, asApiError, respond } from "./http/respond.ts";
import { ignoreUpgrade, refuseUpgrade, type Upgrade } from "./http/upgrade.ts";
import { OpenApi } from "./open-api/open-api.ts";
import type { ServerContext } from "./server-context.ts";
import type { PodRuntime } from "./streaming/pod-runtime.ts";
import { WatchHub } from "./watching/watch-hub.ts";

export interface ApiServerOptions {
  readonly store: Store;
  readonly admission: AdmissionOptions;
  readonly authenticate: Authenticate;
  /** For programs in pods. */
  readonly tokens: ServiceAccountTokens;
  readonly runtime: PodRuntime;
  readonly facts: ServerFacts;
  readonly log: Logger;
  /** How long a watch lasts whose client does not say. @default as kube-apiserver has it: half an hour to an hour */
  readonly watchLifeMs?: () => number;
}

/** So that not all clients come back at once. */
const randomWatchLifeMs = (): number => (1 + Math.random()) * 1_800_000;

export class ApiServer implements Disposable {
  readonly #options: ApiServerOptions;
  readonly #context: ServerContext;
  readonly #openApi: OpenApi;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    const { store, admission, tokens, runtime, watchLifeMs = randomWatchLifeMs } = options;
    this.#context = { store, admission, tokens, runtime, watchLifeMs, hub: new WatchHub(store) };
    this.#openApi = new OpenApi(options.facts.gitVersion);
  }

  /** How many watches are open. */
  get watches(): number {
    return this.#context.hub.size;
  }

  /** Answers all that `server` hears; who listens where is the caller's business. */
  serve(server: Server): void {
    server.on("request", (request, response) => this.#handle(request, response));
    server.on("upgrade", (request, socket, head) => {
      // Of a server on TCP or TLS.
      const upgrade = { request, socket: socket as Socket, head };
      if (mayUpgrade(request)) this.#upgrade(upgrade);
      else ignoreUpgrade(server, upgrade);
    });
  }

  /** Answers one request. Whatever goes wrong is told to the client; nothing is thrown. */
  #handle(request: IncomingMessage, response: ServerResponse): void {
    // A client that hangs up in the middle is no event.
    request.on("error", () => undefined);
    response.on("error", () => undefined);
    this.#logRequest(request, response);
    this.#answer(request, response).catch((error: unknown) => {
      this.#options.log.error({ err: error, url: request.url }, "request failed");
      response.destroy();
    });
  }

  /** Takes over a connection whose client asks for another protocol. Nothing is thrown. */
  #upgrade(upgrade: Upgrade): void {
    const { socket } = upgrade;
    socket.on("error", () => socket.destroy());
    this.#takeOver(upgrade)
      .catch((error: unknown) => refuseUpgrade(upgrade, asApiError(error)))
      .catch(() => socket.destroy());
  }

  /** Ends all watches in good order. */
  [Symbol.dispose](): void {
    this.#context.hub[Symbol.dispose]();
  }

  /** When it is answered; a watch when it begins as well, since it may last as long as the lab. */
  #logRequest({ method, url = "", headers }: IncomingMessage, response: ServerResponse): void {
    const { log } = this.#options;
    if (!log.isLevelEnabled("debug")) return;
    const startedAt = performance.now();
    const asked = { method, url, userAgent: headers["user-agent"] };
    if (/[?&]watch=(?:1|true)/.test(url)) log.debug(asked, "watch began");
    response.once("close", () => {
      const elapsedMs = Math.round(performance.now() - startedAt);
      log.debug({ ...asked, code: response.statusCode, elapsedMs }, "request answered");
    });
  }

  async #takeOver(upgrade: Upgrade): Promise<void> {
    const [segments, call] = this.#read(upgrade.request);
    const target = parseTarget(segments);
    if (target === undefined) throw noSuchResource();
    this.#assertAllowed(call, resourceAttributes(target, call));
    await upgradeResource(this.#context, target, call, upgrade);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let format: Accepted["format"] = "json";
    let answer: Answer;
    try {
      const [segments, call] = this.#read(request);
      format = call.accepted.format;
      answer = await this.#dispatch(segments, call);
    } catch (error) {
      if (request.destroyed && response.destroyed) return;
      const refusal = asApiError(error);
      if (refusal.reason === "InternalError") {
        this.#options.log.error({ err: error, url: request.url }, "request failed");
      }
      answer = answerError(refusal);
    }
    await respond(response, answer, format);
    // A body that nobody has read would be taken for the next request.
    if (!request.complete && answer.type !== "stream") request.resume();
  }

  #read(request: IncomingMessage): readonly [readonly string[], Call] {
    const url = request.url ?? "/";
    const mark = url.indexOf("?");
    const segments = pathSegments(pathOf(request));
    const user = this.#userOf(request, segments);
    const call: Call = {
      method: request.method ?? "GET",
      query: new URLSearchParams(mark === -1 ? "" : url.slice(mark + 1)),
      headers: request.headers,
      user,
      accepted: parseTarget(segments) ? negotiate(request.headers.accept) : { format: "json" },
      body: () => readBody(request),
    };
    return [segments, call];
  }

  #userOf(request: IncomingMessage, segments: readonly string[]): User {
    const user = this.#options.authenticate(request);
    if (user !== undefined) {
      const { store } = this.#options;
      const assertMay = (attributes: Attributes): void =>
        assertAllowed(store, { user, attributes });
      return impersonated(request.headers, assertMay) ?? user;
    }
    if (isPublic(segments)) return anonymous;
    throw new ApiError("Unauthorized", "Unauthorized");
  }

  async #dispatch(segments: readonly string[], call: Call): Promise<Answer> {
    const target = parseTarget(segments);
    if (target === undefined) {
      const { facts } = this.#options;
      if (!isPublic(segments)) {
        this.#assertAllowed(call, pathAttributes(call, `/${segments.join("/")}`));
      }
      return handlePath(segments, call, { facts, openApi: this.#openApi });
    }
    this.#assertAllowed(call, resourceAttributes(target, call));
    const review = await handleReview(this.#context, target, call);
    return review ?? handleResource(this.#context, target, call);
  }

  /** Before anything else is said: who may not see something is not told whether it is there. */
  #assertAllowed({ user }: Call, attributes: Attributes): void {
    assertAllowed(this.#options.store, { user, attributes });
  }
}

/** Without the query. */
function pathOf({ url = "/" }: IncomingMessage): string {
  const mark = url.indexOf("?");
  return mark === -1 ? url : url.slice(0, mark);
}

/** Whether the request is about something that can be spoken with in another protocol. */
function mayUpgrade(request: IncomingMessage): boolean {
  try {
    const target = parseTarget(pathSegments(pathOf(request)));
    return target !== undefined && upgradeOf(target) !== undefined;
  } catch {
    // As any other request it is told what is wrong with it.
    return false;
  }
}
