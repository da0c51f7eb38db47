import test from "ava";
import { Store } from "../../../api/store/store.ts";
import { samplePod } from "../../testing/sample-lab.ts";
import { waitForStore } from "./wait-for.ts";

const never = new AbortController().signal;
const pods = (store: Store): number => store.list("Pod").length;
const addPod = (store: Store, name: string): void => {
  store.create(samplePod({ namespace: "default", name, ip: "10.244.1.2" }));
};
/** After everything that was due has been done. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("what holds already is not waited for", async (t) => {
  await t.notThrowsAsync(waitForStore(new Store(), () => true, never));
});

test("it is asked again after a write, once for all writes of a turn", async (t) => {
  const store = new Store();
  let asked = 0;
  const waiting = waitForStore(store, () => ++asked > 1 && pods(store) === 3, never);
  for (const name of ["a", "b", "c"]) addPod(store, name);
  t.is(asked, 1, "not in the midst of the writes");
  await waiting;
  t.is(asked, 2);
});

test("an abort ends it with its reason, and nothing is asked any more", async (t) => {
  const store = new Store();
  const controller = new AbortController();
  const reason = new Error("time is up");
  let asked = 0;
  const waiting = waitForStore(
    store,
    () => {
      asked++;
      return false;
    },
    controller.signal,
  );
  controller.abort(reason);
  t.is(await t.throwsAsync(waiting), reason);
  addPod(store, "a");
  await turn();
  t.is(asked, 1);
});

test("a signal that has aborted is not waited with", async (t) => {
  const reason = new Error("too late");
  const waiting = waitForStore(new Store(), () => true, AbortSignal.abort(reason));
  t.is(await t.throwsAsync(waiting), reason);
});

test("what throws when it is asked ends the wait", async (t) => {
  const store = new Store();
  const bug = new Error("no such place");
  const waiting = waitForStore(
    store,
    () => {
      if (pods(store) > 0) throw bug;
      return false;
    },
    never,
  );
  addPod(store, "a");
  t.is(await t.throwsAsync(waiting), bug);
});

test("the end of a wait leaves nobody watching", async (t) => {
  const store = new Store();
  let asked = 0;
  await waitForStore(
    store,
    () => {
      asked++;
      return true;
    },
    never,
  );
  addPod(store, "a");
  await turn();
  t.is(asked, 1);
});
