import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "ava";
import { decodeCaptureFile } from "../../wire/pcap/testing/capture-file.ts";
import type { WirePacket } from "../control/protocol.ts";
import { RunError } from "../live/run-error.ts";
import { fakeCapture, udpPacket } from "../testing/fake-capture.ts";
import { CaptureTable } from "./capture-table.ts";

const name = "node01:eth0";
const toService = udpPacket(name, "10.96.0.7", 1);
const toPod = udpPacket(name, "10.244.2.2", 2);
const service = "ip.dst == 10.96.0.7";
const never = new AbortController().signal;

const times = (packets: readonly WirePacket[]): readonly string[] =>
  packets.map(({ timestampNs }) => timestampNs);

test("captures are read by the name that they are given, through a display filter", async (t) => {
  const table = new CaptureTable();
  const first = table.add(fakeCapture([name], toService, toPod));
  const second = table.add(fakeCapture(["node02:eth0"]));
  t.deepEqual(first, { capture: "capture-1", interfaces: [name] });
  t.not(second.capture, first.capture);
  const { packets } = await table.read(first.capture, undefined);
  t.deepEqual(times(packets), ["1000000", "2000000"]);
  t.deepEqual(Buffer.from(packets[0]?.data ?? "", "base64"), Buffer.from(toService.data));
  t.deepEqual(times((await table.read(first.capture, service)).packets), ["1000000"]);
  t.deepEqual((await table.read(second.capture, undefined)).packets, []);
});

test("who follows gets what was and what comes, until the capture stops", async (t) => {
  const table = new CaptureTable();
  const capture = fakeCapture([name], toService);
  const { capture: id } = table.add(capture);
  const all: WirePacket[] = [];
  const some: WirePacket[] = [];
  const following = [
    table.follow(id, undefined, ({ packet }) => all.push(packet), never),
    table.follow(id, service, ({ packet }) => some.push(packet), never),
  ];
  capture.receive(toPod);
  t.deepEqual(await table.stop(id, undefined, undefined), { packets: 2, droppedByKernel: 0 });
  await Promise.all(following);
  t.deepEqual(times(all), ["1000000", "2000000"]);
  t.deepEqual(times(some), ["1000000"]);
  t.deepEqual(capture.calls, ["stop", "unfollow", "unfollow", "dispose"]);
});

for (const [title, hangUp] of [
  ["while it follows", (controller: AbortController) => () => controller.abort()],
  ["before", (controller: AbortController) => controller.abort()],
] as const) {
  test(`who hangs up ${title} leaves no listener behind`, async (t) => {
    const table = new CaptureTable();
    const capture = fakeCapture([name]);
    const { capture: id } = table.add(capture);
    const controller = new AbortController();
    const later = hangUp(controller);
    const following = table.follow(id, undefined, () => t.fail(), controller.signal);
    later?.();
    await following;
    t.deepEqual(capture.calls, ["unfollow"]);
    capture.receive(toPod);
  });
}

test("packets that are followed are numbered as they come", async (t) => {
  const table = new CaptureTable();
  const capture = fakeCapture([name], toService);
  const { capture: id } = table.add(capture);
  const second: WirePacket[] = [];
  const controller = new AbortController();
  const add = ({ packet }: { readonly packet: WirePacket }): void => void second.push(packet);
  const following = table.follow(id, "frame.number == 2", add, controller.signal);
  capture.receive(toPod);
  controller.abort();
  await following;
  t.deepEqual(times(second), ["2000000"]);
});

test("a capture whose owner goes is ended, and those who follow it are told", async (t) => {
  const table = new CaptureTable();
  const capture = fakeCapture([name]);
  const { capture: id } = table.add(capture);
  const owner = new AbortController();
  const following = table.follow(id, undefined, () => undefined, never);
  const kept = table.keep(id, owner.signal);
  owner.abort();
  await Promise.all([kept, following]);
  t.deepEqual(capture.calls, ["unfollow", "dispose"]);
  await t.throwsAsync(table.read(id, undefined), { instanceOf: RunError });
});

test("a capture that was stopped is not ended again when its owner goes", async (t) => {
  const table = new CaptureTable();
  const capture = fakeCapture([name]);
  const { capture: id } = table.add(capture);
  const kept = table.keep(id, never);
  await table.stop(id, undefined, undefined);
  await kept;
  t.deepEqual(capture.calls, ["stop", "dispose"]);
});

test("what is stopped is written, through a display filter, and then gone", async (t) => {
  const folder = await mkdtemp(path.join(tmpdir(), "podwire-captures-"));
  t.teardown(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "deep", "lab.pcapng");
  const table = new CaptureTable();
  const { capture } = table.add(fakeCapture([name, "node02:eth0"], toService, toPod));
  t.deepEqual(await table.stop(capture, file, service), { packets: 2, droppedByKernel: 0 });
  t.deepEqual(
    decodeCaptureFile(await readFile(file)).map(({ timestampNs }) => timestampNs),
    [1_000_000n],
  );
  const error = await t.throwsAsync(table.stop(capture, file, service), { instanceOf: RunError });
  t.like(error, { code: "RUN_NO_CAPTURE", message: "there is no capture-1" });
});

test("a capture that does not end in good order is ended, and those who follow it are told", async (t) => {
  const table = new CaptureTable();
  const capture = fakeCapture([name]);
  const dropped = new Error("the kernel dropped 3 packets");
  const { capture: id } = table.add({ ...capture, stop: () => Promise.reject(dropped) });
  const following = table.follow(id, undefined, () => undefined, never);
  t.is(await t.throwsAsync(table.stop(id, undefined, undefined)), dropped);
  await following;
  t.deepEqual(capture.calls, ["unfollow", "dispose"]);
});
