import { once } from "node:events";
import { type AddressInfo, connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import test from "ava";
import { CertificateAuthority } from "./certificate-authority.ts";
import { type Patience, secureServer } from "./secure-server.ts";

const authority = new CertificateAuthority("test authority");
const { certificate, key } = authority.issue({
  subject: { commonName: "test" },
  use: "server",
  dnsNames: ["localhost"],
  addresses: [],
});
const short = 50;
const long = 600_000;
const patient: Patience = { handshake: long, head: long, request: long, idle: long, look: 10 };

const plain = (port: number): Socket => connect(port, "127.0.0.1");
const secure = (port: number): Socket =>
  connectTls({ port, host: "127.0.0.1", ca: authority.certificate, servername: "localhost" });

for (const { who, open, says, ends } of [
  { who: "says nothing", open: plain, says: "", ends: { handshake: short } },
  { who: "shakes hands and says nothing", open: secure, says: "", ends: { head: short } },
  {
    who: "stops within the head of a request",
    open: secure,
    says: "GET / HTTP/1.1\r\nhost:",
    ends: { head: short },
  },
  {
    who: "stops within its body",
    open: secure,
    says: "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\n{",
    ends: { head: short, request: short },
  },
  {
    who: "has been answered and asks no more",
    open: secure,
    says: "GET / HTTP/1.1\r\nhost: x\r\n\r\n",
    ends: { idle: short },
  },
] as const) {
  test(`a client that ${who} is not waited for longer than is said`, async (t) => {
    const server = secureServer({ cert: certificate, key }, { ...patient, ...ends });
    server.on("request", (request, response) => {
      if (request.method === "GET") response.end("ok");
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // Asked for an address and a port, so this is what it has.
    const socket = open((server.address() as AddressInfo).port);
    socket.on("error", () => undefined).resume();
    socket.write(says);
    await once(socket, "close");
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    t.pass();
  });
}

test("a client that waits for its answer is not taken for one that says nothing", async (t) => {
  const server = secureServer(
    { cert: certificate, key },
    { ...patient, request: short, head: short },
  );
  server.on("request", (_request, response) => {
    response.flushHeaders();
    setTimeout(() => response.end("late"), short * 4);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = secure((server.address() as AddressInfo).port);
  socket.write("GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
  let said = "";
  for await (const chunk of socket) said += chunk;
  t.regex(said, /late/);
  await new Promise((resolve) => server.close(resolve));
});
