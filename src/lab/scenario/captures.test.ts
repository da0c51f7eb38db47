import test from "ava";
import type { CapturedPacket } from "../../observe/captured-packet.ts";
import { RunError } from "../live/run-error.ts";
import { fakeCapture, udpPacket } from "../testing/fake-capture.ts";
import { Captures } from "./captures.ts";

const times = (packets: readonly CapturedPacket[]): readonly string[] =>
  packets.map(({ interfaceName, timestampNs }) => `${timestampNs / 1_000_000n} ${interfaceName}`);

test("packets of several captures come in the order of their times", async (t) => {
  await using captures = new Captures();
  t.true(captures.isEmpty);
  captures.add(fakeCapture(["node01:eth0"], udpPacket("node01:eth0", "10.96.0.7", 3)));
  captures.add(
    fakeCapture(
      ["node02:eth0", "vote/vote-a:eth0"],
      udpPacket("vote/vote-a:eth0", "10.96.0.7", 1),
      udpPacket("node02:eth0", "10.96.0.7", 5),
    ),
  );
  t.false(captures.isEmpty);
  t.deepEqual(captures.interfaces, ["node01:eth0", "node02:eth0", "vote/vote-a:eth0"]);
  t.deepEqual(times(await captures.packets()), [
    "1 vote/vote-a:eth0",
    "3 node01:eth0",
    "5 node02:eth0",
  ]);
  t.deepEqual(times(await captures.packets(["node02:eth0"])), ["5 node02:eth0"]);
});

test("a place captured again starts afresh, and nothing of before is lost to the report", async (t) => {
  await using captures = new Captures();
  captures.add(
    fakeCapture(
      ["node01:eth0", "node02:eth0"],
      udpPacket("node01:eth0", "10.96.0.7", 1),
      udpPacket("node02:eth0", "10.96.0.7", 2),
    ),
  );
  captures.add(fakeCapture(["node01:eth0"], udpPacket("node01:eth0", "10.96.0.7", 3)));
  t.deepEqual(times(await captures.packets()), ["2 node02:eth0", "3 node01:eth0"]);
  t.is((await captures.everything()).length, 3);
});

test("what is not captured is not taken for silent", async (t) => {
  await using captures = new Captures();
  captures.add(fakeCapture(["node01:eth0"]));
  const error = await t.throwsAsync(captures.packets(["vote/vote-c:eth0"]), {
    instanceOf: RunError,
  });
  t.like(error, { code: "RUN_NO_CAPTURE", message: "vote/vote-c:eth0 is not captured" });
});

test("every capture is ended, and once", async (t) => {
  const all = [fakeCapture(["a:eth0"]), fakeCapture(["a:eth0"]), fakeCapture(["b:eth0"])];
  await using captures = new Captures();
  for (const capture of all) captures.add(capture);
  await captures[Symbol.asyncDispose]();
  await captures[Symbol.asyncDispose]();
  t.deepEqual(
    all.map(({ calls }) => calls),
    [["dispose"], ["dispose"], ["dispose"]],
  );
});
