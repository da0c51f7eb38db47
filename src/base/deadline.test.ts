import test from "ava";
import { Deadline } from "./deadline.ts";

function aborted({ signal }: Deadline): Promise<unknown> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(signal.reason));
  });
}

test("when the time is over the reason is a TimeoutError", async (t) => {
  using deadline = new Deadline(1);
  const reason = await aborted(deadline);
  t.true(reason instanceof DOMException && reason.name === "TimeoutError");
  t.true(deadline.isOver);
});

test("the outer signal ends it with its own reason", (t) => {
  const outer = new AbortController();
  using deadline = new Deadline(60_000, outer.signal);
  outer.abort("enough");
  t.true(deadline.signal.aborted);
  t.is(deadline.signal.reason, "enough");
  t.false(deadline.isOver);
});

test("an outer signal that has aborted ends it at once", (t) => {
  using deadline = new Deadline(60_000, AbortSignal.abort("before"));
  t.is(deadline.signal.reason, "before");
});

test("one that is disposed of says nothing any more", (t) => {
  const outer = new AbortController();
  // biome-ignore lint/nursery/useDisposables: disposal is what this test is about.
  const deadline = new Deadline(60_000, outer.signal);
  deadline[Symbol.dispose]();
  outer.abort("late");
  t.false(deadline.signal.aborted);
});

test("fifty may hang on one signal, and nobody warns of a leak", async (t) => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on("warning", note);
  const { signal } = new AbortController();
  const deadlines = Array.from({ length: 50 }, () => new Deadline(60_000, signal));
  // Warnings come with the next turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", note);
  for (const deadline of deadlines) deadline[Symbol.dispose]();
  t.deepEqual(warnings, []);
});
