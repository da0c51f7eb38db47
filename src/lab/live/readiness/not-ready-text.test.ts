import test from "ava";
import { notReadyText } from "./not-ready-text.ts";

const pods = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `pod vote/vote-${index}: Pending`);

for (const { title, missing, text } of [
  {
    title: "nothing that has a name",
    missing: [],
    text: "not ready within 60 s: controllers and rules have not come to rest, or DNS does not answer",
  },
  {
    title: "one thing, in the same line",
    missing: pods(1),
    text: "not ready within 60 s: pod vote/vote-0: Pending",
  },
  {
    title: "two, a line each",
    missing: pods(2),
    text: "2 pods and workloads not ready within 60 s\n  pod vote/vote-0: Pending\n  pod vote/vote-1: Pending",
  },
  {
    title: "ten, all of them",
    missing: pods(10),
    text: ["10 pods and workloads not ready within 60 s", ...pods(10)].join("\n  "),
  },
  {
    title: "twenty-four, the first ten of them",
    missing: pods(24),
    text: ["24 pods and workloads not ready within 60 s", ...pods(10), "and 14 more"].join("\n  "),
  },
]) {
  test(`what a lab that is not ready lacks: ${title}`, (t) => {
    t.is(notReadyText(60_000, missing), text);
  });
}
