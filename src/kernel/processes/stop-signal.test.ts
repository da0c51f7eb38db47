import { spawn } from "node:child_process";
import { once } from "node:events";
import test from "ava";
import { sendSignal, stopSignalNumber } from "./stop-signal.ts";

for (const { name, number } of [
  { name: undefined, number: 15 },
  { name: "SIGQUIT", number: 3 },
  { name: "SIGCLD", number: 17 },
  { name: "SIGRTMIN", number: 34 },
  { name: "SIGRTMIN+3", number: 37 },
  { name: "SIGRTMAX-14", number: 50 },
  { name: "SIGRTMAX", number: 64 },
]) {
  test(`${name ?? "no word"} is signal ${number}`, (t) => {
    t.is(stopSignalNumber(name), number);
  });
}

test("a name that no signal has is refused", (t) => {
  t.throws(() => stopSignalNumber("SIGNOSUCH"), { instanceOf: RangeError });
});

test("a real-time signal arrives; what has ended gets none", async (t) => {
  const script = "trap 'exit 7' RTMIN+3; echo ready; while :; do read -r line; done";
  const child = spawn("bash", ["-c", script], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill());
  await once(child.stdout, "data");
  sendSignal(child, stopSignalNumber("SIGRTMIN+3"));
  const [exitCode] = await once(child, "exit");
  t.is(exitCode, 7);
  t.notThrows(() => sendSignal(child, 15));
});
