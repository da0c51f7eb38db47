/**
 * The answers of Kubernetes' own test server, `agnhost netexec`, as far as a
 * stand-in needs them: no shell, no files, no requests of its own.
 *
 * @see kubernetes/kubernetes test/images/agnhost/README.md, "netexec"
 */
import { formatSocketAddress } from "../../net/ip-address.ts";
import type { SeenAddress } from "./witness.ts";

export interface HttpQuestion {
  /** Path and query, as in the request line. */
  readonly target: string;
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
  readonly client: SeenAddress;
  readonly serverPort: number;
  readonly hostname: string;
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
}

export type HttpAnswer =
  | {
      readonly type: "reply";
      readonly status: number;
      readonly body: string;
      readonly location?: string;
    }
  /** The process ends without an answer. */
  | { readonly type: "exit"; readonly exitCode: number };

export function answerHttp(question: HttpQuestion): HttpAnswer {
  const { pathname, searchParams } = parseTarget(question.target);
  switch (pathname) {
    case "/clientip":
      return ok(formatSocketAddress(question.client.address, question.client.port));
    case "/hostname":
    case "/hostName":
      return ok(question.hostname);
    case "/serverport":
      return ok(String(question.serverPort));
    case "/healthz":
      return ok("");
    case "/readyz":
      return ok("ok");
    case "/header":
      return ok(describeHeaders(question.headers, searchParams.get("key") ?? ""));
    case "/echo":
      return withCode(searchParams, 200, searchParams.get("msg") ?? "");
    case "/redirect":
      return redirect(searchParams);
    case "/exit":
      return exit(searchParams);
    case "/shutdown":
      return { type: "exit", exitCode: 0 };
    default:
      return ok(`NOW: ${new Date(question.nowMs).toISOString()}`);
  }
}

/** A request target is a path, or with proxies a whole URL; one that is neither counts as `/`. */
function parseTarget(target: string): URL {
  const base = "http://server";
  return URL.canParse(target, base) ? new URL(target, base) : new URL(base);
}

function ok(body: string): HttpAnswer {
  return { type: "reply", status: 200, body };
}

function withCode(query: URLSearchParams, fallback: number, body: string): HttpAnswer {
  const text = query.get("code") ?? "";
  const status = text === "" ? fallback : Number(text);
  // Below 200 the answer would never end, above 599 there is none.
  return Number.isInteger(status) && status >= 200 && status <= 599
    ? { type: "reply", status, body }
    : ok(`argument 'code' must be an integer or empty, got "${text}"\n`);
}

function redirect(query: URLSearchParams): HttpAnswer {
  const answer = withCode(query, 302, "");
  const location = query.get("location") ?? "";
  // What Node would refuse to put into a header.
  const isWritable = /^[\x21-\x7e]+$/.test(location);
  return answer.type === "reply" && isWritable
    ? { ...answer, location }
    : { type: "reply", status: 400, body: "argument 'location' is missing or no URL\n" };
}

function exit(query: URLSearchParams): HttpAnswer {
  const text = query.get("code") ?? "0";
  const exitCode = Number(text);
  return Number.isInteger(exitCode) && exitCode >= 0 && exitCode <= 127
    ? { type: "exit", exitCode }
    : ok(`argument 'code' must be an integer [0-127] or empty, got "${text}"\n`);
}

/** One header's first value, or all as JSON with Go's spelling of the names. */
function describeHeaders(headers: HttpQuestion["headers"], key: string): string {
  const wanted = key.toLowerCase();
  if (wanted !== "") return headers.find(([name]) => name.toLowerCase() === wanted)?.[1] ?? "";
  const all: Record<string, string[]> = {};
  for (const [name, value] of headers) {
    const spelling = name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
    const values = all[spelling] ?? [];
    all[spelling] = [...values, value];
  }
  return JSON.stringify(all);
}
