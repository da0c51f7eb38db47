import test from "ava";
import { describeLogRecord } from "./log-text.ts";

const time = Date.UTC(2026, 10, 28, 2, 30);

for (const { title, line, want } of [
  {
    title: "time, level, node, message, facts",
    line: JSON.stringify({
      level: 20,
      time,
      lab: "voting-app",
      component: "kube-proxy",
      node: "node01",
      services: 5,
      type: "partial sync",
      msg: "rules synced",
    }),
    want: '2026-11-28T02:30:00.000Z  DEBUG  node01  rules synced  services=5 type="partial sync"',
  },
  {
    title: "an error's message",
    line: JSON.stringify({
      level: 40,
      time,
      err: { message: "no route", stack: "…" },
      msg: "sync failed",
    }),
    want: '2026-11-28T02:30:00.000Z  WARN   sync failed  error="no route"',
  },
  { title: "what is no record, as it is", line: "plain text", want: "plain text" },
  { title: "nor is a list", line: "[1]", want: "[1]" },
]) {
  test(`a line of a log: ${title}`, (t) => t.is(describeLogRecord(line), want));
}
