import test from "ava";
import { runInForeground } from "./foreground.ts";

const cases = [
  { title: "an exit code passes through", script: "exit 7", status: 7 },
  { title: "success is 0", script: ":", status: 0 },
  { title: "a signal is 128 and its number", script: "kill -TERM $$", status: 143 },
  {
    title: "the environment is what was given",
    script: '[ "$PLACE" = node01 ] && exit 3',
    status: 3,
  },
] as const;

for (const { title, script, status } of cases) {
  test.serial(title, async (t) => {
    t.is(await runInForeground(["/bin/sh", "-c", script], { PLACE: "node01" }), status);
  });
}

test.serial("a program that does not exist is the host's fault, not a bug", async (t) => {
  await t.throwsAsync(runInForeground(["/nonexistent/program"], {}), { code: "HOST_PROGRAM" });
});

test.serial("Ctrl-C is the program's while it runs, and ours again afterwards", async (t) => {
  const ours = (): void => undefined;
  process.on("SIGINT", ours);
  const before = process.listeners("SIGINT");
  const running = runInForeground(["/bin/sh", "-c", ":"], {});
  t.false(process.listeners("SIGINT").includes(ours));
  await running;
  t.deepEqual(process.listeners("SIGINT"), before);
  process.off("SIGINT", ours);
});
