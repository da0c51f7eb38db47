/** Whether the server is well: `/healthz`, `/livez`, `/readyz`, in apiserver's words, for people and for load balancers. */
import type { Call, TextAnswer } from "./http/call.ts";

/** What the server cannot do without, by name: whether it is there. Asked each time. */
export type HealthChecks = ReadonlyMap<string, () => boolean>;

/** Undefined for a check that there is not. */
export function tellHealth(
  endpoint: string,
  [name, ...more]: readonly string[],
  { query }: Pick<Call, "query">,
  checks: HealthChecks,
): TextAnswer | undefined {
  const all: HealthChecks = new Map([["ping", () => true], ...checks]);
  if (name !== undefined) {
    const check = more.length === 0 ? all.get(name) : undefined;
    return check && (check() ? text(200, "ok") : text(500, `internal server error: ${name}\n`));
  }
  const excluded = new Set(query.getAll("exclude"));
  const results = [...all].map(([each, check]) =>
    excluded.has(each)
      ? { line: `[+]${each} excluded: ok`, isWell: true }
      : check()
        ? { line: `[+]${each} ok`, isWell: true }
        : { line: `[-]${each} failed: reason withheld`, isWell: false },
  );
  const lines = results.map(({ line }) => `${line}\n`).join("");
  if (results.some(({ isWell }) => !isWell)) return text(500, `${lines}${endpoint} check failed\n`);
  return text(200, query.has("verbose") ? `${lines}${endpoint} check passed\n` : "ok");
}

function text(code: number, words: string): TextAnswer {
  return { type: "text", code, contentType: "text/plain; charset=utf-8", text: words };
}
