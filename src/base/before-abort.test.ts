import test from "ava";
import { beforeAbort } from "./before-abort.ts";

const forever = new Promise<never>(() => undefined);

test("what is done in time is the outcome, for good or ill", async (t) => {
  const { signal } = new AbortController();
  t.is(await beforeAbort(Promise.resolve(7), signal), 7);
  const bug = new Error("no");
  t.is(await t.throwsAsync(beforeAbort(Promise.reject(bug), signal)), bug);
});

test("an abort ends the wait with its reason", async (t) => {
  const controller = new AbortController();
  const reason = new Error("time is up");
  const waiting = beforeAbort(forever, controller.signal);
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  t.is(await t.throwsAsync(beforeAbort(forever, AbortSignal.abort(reason))), reason);
});
