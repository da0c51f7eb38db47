/**
 * The API server of a running lab, asked over HTTPS from the host as kubectl asks it: ten thousand pods made, listed, and
 * one of them changed while it is being watched: `node dist/bench/api-server.js [PODS [ROUNDS]]`. The pods are left to a
 * scheduler that does not exist, so that nothing runs but the API.
 */
import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import { parse } from "yaml";
import { up } from "../src/lab/up.ts";
import { median, printFigure, rounds, timed } from "./figure.ts";

const podCount = Number(process.argv[2] ?? 10_000);
const count = Number(process.argv[3] ?? 9);
const bench = "api-server";
/** Requests under way at a time while the pods are made. */
const WORKERS = 8;

interface Kubeconfig {
  readonly clusters: readonly [
    {
      readonly cluster: { readonly server: string; readonly "certificate-authority-data": string };
    },
  ];
  readonly users: readonly [
    {
      readonly user: {
        readonly "client-certificate-data": string;
        readonly "client-key-data": string;
      };
    },
  ];
}

/** Speaks with one lab's API server over a few connections that stay. */
class Client implements Disposable {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(file: string) {
    // podwire wrote it.
    const { clusters, users } = parse(readFileSync(file, "utf8")) as Kubeconfig;
    const text = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
    this.#server = clusters[0].cluster.server;
    this.#agent = new Agent({
      keepAlive: true,
      ca: text(clusters[0].cluster["certificate-authority-data"]),
      cert: text(users[0].user["client-certificate-data"]),
      key: text(users[0].user["client-key-data"]),
    });
  }

  /** The head of the answer, its body unread. @throws Error for any failure of the request. */
  async open(method: string, path: string, body?: object): Promise<IncomingMessage> {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const options: RequestOptions = {
      method,
      agent: this.#agent,
      headers: { "content-type": type },
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${this.#server}${path}`, options, resolve)
        .once("error", reject)
        .end(body === undefined ? undefined : JSON.stringify(body));
    });
    const { statusCode = 0 } = response;
    if (statusCode >= 300) throw new Error(`${method} ${path}: ${statusCode}`);
    return response;
  }

  /** The length of the whole answer, in bytes. */
  async read(method: string, path: string, body?: object): Promise<number> {
    let bytes = 0;
    for await (const chunk of await this.open(method, path, body)) bytes += chunk.length;
    return bytes;
  }

  [Symbol.dispose](): void {
    this.#agent.destroy();
  }
}

const pods = "/api/v1/namespaces/default/pods";

function pod(index: number): object {
  const resources = { requests: { cpu: "100m", memory: "64Mi" } };
  const ports = [{ name: "http", containerPort: 8080 }];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `pod-${index}`, labels: { app: `app-${index % 100}`, tier: "front" } },
    spec: {
      schedulerName: "nobody",
      automountServiceAccountToken: false,
      containers: [{ name: "web", image: "web:1", ports, resources }],
    },
  };
}

async function makePods(client: Client): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < podCount) await client.read("POST", pods, pod(next++));
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
}

/** From the moment a change is sent until its line has arrived. */
async function delivered(client: Client, watch: IncomingMessage, value: string): Promise<number> {
  const seen = new Promise<number>((resolve) => {
    let text = "";
    const read = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      if (!text.includes(value)) return;
      watch.off("data", read);
      resolve(performance.now());
    };
    watch.on("data", read);
  });
  const startedAt = performance.now();
  await client.read("PATCH", `${pods}/pod-1`, { metadata: { annotations: { value } } });
  return (await seen) - startedAt;
}

await using lab = await up("topologies/minimal.yaml");
using client = new Client((await lab.status()).kubeconfig);
const many = `${podCount.toLocaleString("en")} pods`;

const madeInMs = await timed(() => makePods(client));
const rate = (podCount / madeInMs) * 1_000;
printFigure({
  bench,
  what: `${many}: created one by one`,
  unit: "/s",
  podwire: rate,
  rounds: [rate],
});

const listMs = await rounds(count, () => timed(() => client.read("GET", pods)));
printFigure({
  bench,
  what: `${many}: listed`,
  unit: "ms",
  podwire: median(listMs),
  rounds: listMs,
});

const watch = await client.open("GET", `${pods}?watch=true&resourceVersion=${await version()}`);
const watchMs = await rounds(count * 5, (round) => delivered(client, watch, `alone-${round}`));
printFigure({
  bench,
  what: `${many}: one changed, and seen in a watch`,
  unit: "ms",
  podwire: median(watchMs),
  rounds: watchMs,
});

const busyMs = await rounds(count * 5, (round) => deliveredDuringList(client, watch, round));
watch.destroy();
printFigure({
  bench,
  what: `${many}: the same while somebody lists them all`,
  unit: "ms",
  podwire: median(busyMs),
  rounds: busyMs,
});

/** The list's first bytes have come and most of it has not, when the change is made. */
async function deliveredDuringList(
  reader: Client,
  stream: IncomingMessage,
  round: number,
): Promise<number> {
  const listed = await reader.open("GET", pods);
  const whole = (async () => {
    for await (const _chunk of listed);
  })();
  const elapsedMs = await delivered(reader, stream, `listed-${round}`);
  await whole;
  return elapsedMs;
}

async function version(): Promise<string> {
  let text = "";
  for await (const chunk of await client.open("GET", `${pods}?limit=1`)) text += String(chunk);
  return (JSON.parse(text) as { metadata: { resourceVersion: string } }).metadata.resourceVersion;
}
