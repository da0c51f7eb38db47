import test from "ava";
import type { CapturedPacket } from "../../../observe/captured-packet.ts";
import type { PacketsStep } from "../../../topology/scenario/scenario.ts";
import { type FakeCapture, fakeCapture, udpPacket } from "../../testing/fake-capture.ts";
import { fakeLab } from "../../testing/fake-lab.ts";
import { sampleScenario } from "../../testing/sample-lab.ts";
import { Captures } from "../captures.ts";
import { StepFailed } from "../step-failed.ts";
import { runPackets } from "./packets.ts";

const signal = new AbortController().signal;
const both = ["node01:eth0", "vote/vote-a:eth0"];
const toService = (interfaceName: string, atMs = 1): CapturedPacket =>
  udpPacket(interfaceName, "10.96.0.7", atMs);
const toPod = (interfaceName: string, atMs = 2): CapturedPacket =>
  udpPacket(interfaceName, "10.244.2.2", atMs);

/** The step as a user writes it. */
function packetsStep(fields: string): PacketsStep {
  const { steps } = sampleScenario(
    `    - capture: [node/node01, deploy/vote/vote]\n    - packets: {${fields}}\n`,
  );
  const step = steps.find(({ type }) => type === "packets");
  if (step?.type !== "packets") throw new Error("there is no packets step");
  return step;
}

async function run(fields: string, ...running: readonly FakeCapture[]): Promise<string> {
  await using captures = new Captures();
  for (const capture of running) captures.add(capture);
  return await runPackets(packetsStep(fields), { lab: fakeLab({}), captures, signal });
}

const service = `\${svc/vote/vote}`;

interface Case {
  readonly title: string;
  readonly fields: string;
  readonly packets: readonly CapturedPacket[];
  readonly summary?: string;
  readonly failure?: Partial<StepFailed["details"]> & { readonly message: string };
}

const cases: readonly Case[] = [
  {
    title: "the Service's address is seen everywhere",
    fields: `where: "ip.dst == ${service}"`,
    packets: both.map((name) => toService(name)),
    summary: "2 of 2 packets at node01:eth0, vote/vote-a:eth0, of 47 bytes",
  },
  {
    title: "none, and there are none",
    fields: `at: node/node01, where: "ip.dst == ${service}", expect: none`,
    packets: [toService("vote/vote-a:eth0"), toPod("node01:eth0")],
    summary: "0 of 1 packets at node01:eth0",
  },
  {
    title: "within bounds",
    fields: `where: "udp", expect: {atLeast: 1, atMost: 2}`,
    packets: [toPod("node01:eth0")],
    summary: "1 of 1 packets at node01:eth0, vote/vote-a:eth0, of 47 bytes",
  },
  {
    title: "none, and there is one",
    fields: `at: node/node01, where: "ip.dst == ${service}", expect: none`,
    packets: [toPod("node01:eth0"), toService("node01:eth0")],
    failure: {
      message: "1 of 2 packets at node01:eth0 match ip.dst == 10.96.0.7",
      expected: "none with ip.dst == 10.96.0.7",
      seen: "1",
      packets: ["node01:eth0  10.244.1.2:40000 > 10.96.0.7:40080 UDP len=5"],
      packetsLeftOut: 0,
    },
  },
  {
    title: "some, and there are others",
    fields: `at: node/node01, where: "ip.dst == ${service}"`,
    packets: [toPod("node01:eth0")],
    failure: {
      message: "0 of 1 packets at node01:eth0 match ip.dst == 10.96.0.7",
      expected: "at least 1 with ip.dst == 10.96.0.7",
      seen: "0, among these",
      packets: ["node01:eth0  10.244.1.2:40000 > 10.244.2.2:40080 UDP len=5"],
    },
  },
  {
    title: "a number, and nothing at all",
    fields: 'at: node/node01, where: "udp", expect: 2',
    packets: [],
    failure: {
      message: "0 of 0 packets at node01:eth0 match udp",
      expected: "2 with udp",
      seen: "0",
      packets: [],
    },
  },
  {
    title: "too many for a screen",
    fields: 'where: "udp", expect: {atMost: 1}',
    packets: Array.from({ length: 25 }, (_, index) => toPod("node01:eth0", index)),
    failure: {
      message: "25 of 25 packets at node01:eth0, vote/vote-a:eth0 match udp",
      expected: "at most 1 with udp",
      seen: "25",
      packetsLeftOut: 5,
    },
  },
];

for (const { title, fields, packets, summary, failure } of cases) {
  test(`packets: ${title}`, async (t) => {
    const step = run(fields, fakeCapture(both, ...packets));
    if (failure === undefined) {
      t.is(await step, summary ?? "");
      return;
    }
    const { message, ...details } = failure;
    const error = await t.throwsAsync(step, { instanceOf: StepFailed });
    t.like(error, { code: "PACKETS_UNEXPECTED", message });
    t.like(error?.details, details);
    t.is(error?.details.location?.file, "lab.yaml");
  });
}

/** A capture that gets one packet each time it is looked at. */
function growing(...coming: readonly CapturedPacket[]): FakeCapture {
  const capture = fakeCapture(["node01:eth0"]);
  const left = [...coming];
  return {
    ...capture,
    packets: () => {
      const next = left.shift();
      if (next !== undefined) capture.receive(next);
      return capture.packets();
    },
  };
}

test("with `within`, packets that are on their way are waited for", async (t) => {
  const fields = 'at: node/node01, where: "udp", expect: {atLeast: 3}, within: 1m';
  const packets = [1, 2, 3].map((atMs) => toPod("node01:eth0", atMs));
  t.is(await run(fields, growing(...packets)), "3 of 3 packets at node01:eth0, of 47 bytes");
});

test("an exact number is waited for as well, and too many end the wait", async (t) => {
  const fields = 'at: node/node01, where: "udp", expect: 1, within: 1m';
  const packets = [1, 2].map((atMs) => toPod("node01:eth0", atMs));
  const error = await t.throwsAsync(run(fields, growing(...packets)), { instanceOf: StepFailed });
  t.is(error?.details.seen, "2");
});

test("without `within`, it is looked once", async (t) => {
  const capture = fakeCapture(["node01:eth0"]);
  await t.throwsAsync(run('at: node/node01, where: "udp"', capture), { instanceOf: StepFailed });
  t.deepEqual(capture.calls, ["packets", "dispose"]);
});

test("an abort ends the wait with its reason", async (t) => {
  const controller = new AbortController();
  const reason = new Error("enough");
  await using captures = new Captures();
  const capture = fakeCapture(["node01:eth0"]);
  captures.add({
    ...capture,
    packets: () => {
      controller.abort(reason);
      return capture.packets();
    },
  });
  const step = packetsStep('at: node/node01, where: "udp", within: 1m');
  const running = runPackets(step, { lab: fakeLab({}), captures, signal: controller.signal });
  t.is((await t.throwsAsync(running))?.cause, reason);
});

test("a workload's new pods are not taken for silent", async (t) => {
  const running = run('at: deploy/vote/vote, where: "udp", expect: none', fakeCapture(both));
  t.like(await t.throwsAsync(running), {
    code: "RUN_NO_CAPTURE",
    message: "vote/vote-b:eth0 is not captured",
  });
});
