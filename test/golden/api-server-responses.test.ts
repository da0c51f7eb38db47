/**
 * What a real API server answered, request by request, held against what ours answers to the same requests in the same
 * order. Refusals are the same word for word; an object has all that the real one has.
 */
import test from "ava";
import { seededRandom } from "../../src/base/random.ts";
import {
  startTestServer,
  type TestServer,
} from "../../src/components/api-server/testing/test-server.ts";
import { createDefaultNamespaces } from "../../src/components/namespace/default-namespaces.ts";
import { serviceAllocation } from "../../src/components/service-ip/allocate-service.ts";
import { cidr } from "../../src/net/cidr.ts";
import { readGolden } from "./golden-data.ts";
import { withGoldenFolder } from "./golden-folder.ts";

interface Exchange {
  readonly label: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  /** The request's content type. */
  readonly ct?: string;
  readonly accept?: string;
  readonly code: number;
  readonly response: unknown;
}

/** Why an answer is not held against ours. */
const notCompared: ReadonlyMap<string, string> = new Map([
  ["field selector svc", "Services can be selected by clusterIP since then"],
  ["version", "it is another server"],
  ["api", "names the address of the server"],
  ["apis", "the real one has more groups"],
  ["root", "the real one has more paths"],
  ["bad path", "the real one has more paths"],
  ["list continue", "the token is the real server's"],
  ["bad continue", "quotes a byte as Go reads it"],
  ["pod logs no node", "an empty answer, which is no object"],
  ["exec no upgrade", "there is no kubelet here"],
]);

/** What no two servers have the same. */
const ownValues =
  /(^|\.)(uid|resourceVersion|creationTimestamp|deletionTimestamp|continue|remainingItemCount|managedFields|clusterIPs?)($|\.)/;
/** What has changed since 1.20, or is written by others than the API server here. */
const changed = [/^status\.(daemonEndpoints|nodeInfo)/, /^spec\.taints/, /^items\.\d+\./];

withGoldenFolder("API server", (folder) => {
  const exchanges = readGolden<readonly Exchange[]>(
    folder,
    "apiserver-1.20/apiserver-1.20-responses.json",
  );

  test("all but a few of a real server's answers are ours", async (t) => {
    await using server = await cluster();
    let compared = 0;
    // One after the other: each finds what the one before has left.
    for (const exchange of exchanges) {
      const answer = await replay(server, exchange);
      if (notCompared.has(exchange.label)) continue;
      compared++;
      t.is(answer.code, exchange.code, exchange.label);
      t.deepEqual(differences(exchange.response, answer.body, ""), [], exchange.label);
    }
    t.is(compared, exchanges.length - notCompared.size);
    t.true(compared > 40, `${compared} answers`);
  });
});

async function cluster(): Promise<TestServer> {
  const ranges = { cidrs: [cidr("10.96.0.0/16")], nodePorts: { first: 30_000, last: 32_767 } };
  const server = await startTestServer({
    admission: (store) => ({
      allocate: serviceAllocation(() => store.list("Service"), ranges, seededRandom("golden")),
    }),
  });
  createDefaultNamespaces(server.store);
  return server;
}

function replay(
  server: TestServer,
  { method, path, body, ct, accept }: Exchange,
): ReturnType<TestServer["ask"]> {
  return server.ask(method, path, {
    ...(body !== undefined && { body }),
    headers: { ...(ct && { "content-type": ct }), ...(accept && { accept }) },
  });
}

/** What the real answer has and ours has not, or has otherwise. */
function differences(real: unknown, ours: unknown, path: string): readonly string[] {
  if (ownValues.test(path) || changed.some((each) => each.test(path))) return [];
  if (real === null || typeof real !== "object") {
    const isSame = comparable(real) === comparable(ours ?? null);
    return isSame ? [] : [`${path}: ${JSON.stringify(ours)}, not ${JSON.stringify(real)}`];
  }
  const fields = (ours ?? {}) as Readonly<Record<string, unknown>>;
  return Object.entries(real).flatMap(([key, value]) =>
    differences(value, fields[key], path === "" ? key : `${path}.${key}`),
  );
}

/** Sentences have numbers of the server in them, and some are other ones since 1.20. */
function comparable(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
    .replaceAll(/current: \d+/g, "current: NUMBER")
    .replaceAll(
      /failed to allocated ip:(\S+) with error:provided IP/g,
      "failed to allocate IP $1: the provided IP ($1)",
    );
}
