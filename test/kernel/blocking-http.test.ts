/** The server is another process: this one stands still while it waits for an answer. */
import { once } from "node:events";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { spawnIn } from "../../src/kernel/processes/process.ts";
import { BlockingHttp } from "../../src/kernel/sockets/blocking-http.ts";
import { SocketError } from "../../src/kernel/sockets/socket-error.ts";
import { patience, patient } from "../patience.ts";
import { TwoHosts } from "./two-hosts.ts";

const program = `
  let connections = 0;
  require("node:http").createServer((request, response) => {
    let body = "";
    request.on("data", (text) => { body += text; });
    request.on("end", () => {
      if (request.url === "/silent") return;
      if (request.url === "/rude") return request.socket.resetAndDestroy();
      if (request.url === "/lines") return void setInterval(() => response.write("line\\n"), 1);
      // Ends the connection a moment after the answer.
      if (request.url === "/last") response.once("finish", () => request.socket.destroySoon());
      response.statusCode = request.url === "/teapot" ? 418 : 200;
      response.end(JSON.stringify({ connections, length: body.length }));
    });
  }).on("connection", () => { connections++; }).listen(80, () => console.log("ready"));
`;

/** Runs `ask` with a client of a server across a wire. */
async function asked(
  name: string,
  timeoutMs: number,
  ask: (http: BlockingHttp, hosts: TwoHosts) => Promise<void> | void,
): Promise<void> {
  using hosts = new TwoHosts(name);
  const server = spawnIn({ netns: hosts.server }, process.execPath, ["-e", program], {
    reject: false,
    buffer: false,
    stdout: "pipe",
  });
  try {
    await once(server.stdout, "data");
    using http = new BlockingHttp({
      netns: hosts.client,
      to: { address: hosts.serverAddress, port: 80 },
      timeoutMs,
    });
    await ask(http, hosts);
  } finally {
    server.kill("SIGKILL");
    await server;
  }
}

test("answers come back on one connection, also large ones", async (t) => {
  await asked("blocking-answers", 10_000, (http) => {
    const long = "x".repeat(3_000_000);
    for (const json of ["{}", long, "{}"]) {
      const { status, body } = http.post("/any", json);
      t.is(status, 200);
      t.deepEqual(JSON.parse(body), { connections: 1, length: json.length });
    }
    t.is(http.post("/teapot", "{}").status, 418);
  });
});

test("a connection that the server has ended is not used again", async (t) => {
  await asked("blocking-last", 10_000, async (http, { client: netns }) => {
    t.is(http.post("/last", "{}").status, 200);
    // Until its end is here: who asks before that is told that the connection was reset.
    const hasEnded = async (): Promise<true | undefined> => {
      const { stdout } = await spawnIn({ netns }, "ss", ["-Htn", "state", "close-wait"]);
      return stdout !== "" || undefined;
    };
    await until(hasEnded, { intervalMs: 5, signal: patience(10_000) });
    t.deepEqual(JSON.parse(http.post("/any", "{}").body), { connections: 2, length: 2 });
  });
});

test("an answer without end is read until it is enough", async (t) => {
  await asked("blocking-lines", 10_000, (http) => {
    const { body } = http.post("/lines", "{}", (text) => text.split("\n").length > 3);
    t.true(body.startsWith("line\nline\nline\n"));
    t.deepEqual(JSON.parse(http.post("/any", "{}").body), { connections: 2, length: 2 });
  });
});

test("who does not answer, hangs up or does not listen is told apart", async (t) => {
  await asked("blocking-faults", 300, (http) => {
    const reason = (path: string): string | undefined =>
      t.throws(() => http.post(path, "{}"), { instanceOf: SocketError }).reason;
    t.is(reason("/silent"), "timed out");
    t.is(reason("/rude"), "reset");
  });
  using hosts = new TwoHosts("blocking-refused");
  const to = { address: hosts.serverAddress, port: 80 };
  using http = new BlockingHttp({ netns: hosts.client, to, timeoutMs: patient(5_000) });
  t.is(t.throws(() => http.post("/", "{}"), { instanceOf: SocketError }).reason, "refused");
});
