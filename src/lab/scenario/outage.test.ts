import test from "ava";
import { longestOutageMs } from "./outage.ts";

/** `1` is answered and `0` is not; one begins every 10 ms. */
function attempts(marks: string) {
  return [...marks].map((mark, index) => ({ ok: mark === "1", latencyMs: 1, beganMs: index * 10 }));
}

for (const { title, marks, longestMs } of [
  { title: "nothing lost is no outage", marks: "1111", longestMs: 0 },
  { title: "one lost lasts until the next is answered", marks: "1101", longestMs: 10 },
  { title: "several in a row are one outage", marks: "100011", longestMs: 30 },
  { title: "the longest of several counts, not all together", marks: "10110001011", longestMs: 30 },
  { title: "what is not over lasts to the end", marks: "11000", longestMs: 30 },
  { title: "nothing was asked", marks: "", longestMs: 0 },
]) {
  test(title, (t) => {
    t.is(longestOutageMs(attempts(marks), marks.length * 10), longestMs);
  });
}
