import test from "ava";
import { answerDatagram } from "./answer-datagram.ts";
import { answerHttp } from "./netexec.ts";

const client = { address: "10.244.1.7", port: 40_312 };
const server = { serverPort: 8080, hostname: "vote-1" };

interface PathRow {
  readonly target: string;
  readonly status?: number;
  readonly body?: string;
  readonly location?: string;
}

const paths: readonly PathRow[] = [
  { target: "/hostname", body: "vote-1" },
  { target: "/hostName", body: "vote-1" },
  { target: "/clientip", body: "10.244.1.7:40312" },
  { target: "/serverport", body: "8080" },
  { target: "/healthz", body: "" },
  { target: "/readyz", body: "ok" },
  { target: "/echo?msg=hello%20you", body: "hello you" },
  { target: "/echo?msg=gone&code=410", body: "gone", status: 410 },
  { target: "/echo?code=x", body: "argument 'code' must be an integer or empty, got \"x\"\n" },
  { target: "/echo?code=100", body: "argument 'code' must be an integer or empty, got \"100\"\n" },
  { target: "/header?key=x-token", body: "first" },
  { target: "/header?key=absent", body: "" },
  { target: "/header", body: '{"Host":["vote"],"X-Token":["first","second"]}' },
  { target: "/redirect?location=/echo%3Fmsg=a&code=307", status: 307, location: "/echo?msg=a" },
  { target: "/redirect?location=%0d%0a", status: 400 },
  { target: "/", body: "NOW: 2026-11-21T00:00:00.000Z" },
  { target: "/_healthz", body: "NOW: 2026-11-21T00:00:00.000Z" },
  { target: "http://vote/hostname", body: "vote-1" },
  { target: "*", body: "NOW: 2026-11-21T00:00:00.000Z" },
];

for (const { target, status = 200, ...rest } of paths) {
  test(`GET ${target}`, (t) => {
    const headers = [
      ["Host", "vote"],
      ["x-token", "first"],
      ["X-Token", "second"],
    ] as const;
    const nowMs = Date.UTC(2026, 10, 21);
    t.like(answerHttp({ target, headers, client, nowMs, ...server }), {
      type: "reply",
      status,
      ...rest,
    });
  });
}

for (const { target, exitCode } of [
  { target: "/exit", exitCode: 0 },
  { target: "/exit?code=3", exitCode: 3 },
  { target: "/shutdown", exitCode: 0 },
]) {
  test(`GET ${target} ends the server with ${exitCode}`, (t) => {
    t.deepEqual(answerHttp({ target, headers: [], client, nowMs: 0, ...server }), {
      type: "exit",
      exitCode,
    });
  });
}

for (const { sent, answer } of [
  { sent: "hostname", answer: "vote-1" },
  { sent: " HostName\n", answer: "vote-1" },
  { sent: "clientip\n", answer: "10.244.1.7:40312" },
  { sent: "serverport", answer: "8080" },
  { sent: "echo a b", answer: "a b" },
  { sent: "echoes", answer: "echoes" },
  { sent: "", answer: "" },
  { sent: "anything else\n", answer: "anything else\n" },
]) {
  test(`UDP ${JSON.stringify(sent)}`, (t) => {
    const payload = Buffer.from(sent);
    t.is(answerDatagram({ payload, client, ...server }).toString(), answer);
  });
}
