import test from "ava";
import { tailOf, troubleIn } from "./kernel-log.ts";

test("trouble is shown from its first line on", (t) => {
  const log =
    "[ 1.0] virtio: fine\r\n[ 9.1] Kernel panic - not syncing: x\r\n[ 9.1] Call Trace:\r\n";
  t.is(troubleIn(log), "[ 9.1] Kernel panic - not syncing: x\n[ 9.1] Call Trace:");
});

for (const line of [
  "BUG: kernel NULL pointer dereference, address: 0",
  "Out of memory: Killed process 300 (node)",
  "INFO: task node:12 blocked for more than 120 seconds.",
]) {
  test(`this is trouble: ${line}`, (t) => {
    t.is(troubleIn(`[ 1.0] ${line}`), `[ 1.0] ${line}`);
  });
}

test("a warning of some driver is not", (t) => {
  t.is(troubleIn("[ 0.1] pci 0000:00:1f.0: quirk\n"), undefined);
});

test("the tail is the end of a log", (t) => {
  const log = Array.from({ length: 100 }, (_, i) => `line ${i}`).join("\r\n");
  t.is(tailOf(log).split("\n")[0], "line 60");
});
