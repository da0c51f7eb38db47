/**
 * Links that are made worse by netem: what tc says of what was asked.
 *
 * needs: impair
 */
import { execFileSync } from "node:child_process";
import test from "ava";
import { impair } from "../../src/kernel/devices/impairment.ts";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlan } from "../../src/kernel/plan/apply-plan.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import type { Netem } from "../../src/wire/netlink/rtnetlink/qdisc.ts";

const tc = findProgram("tc") ?? "tc";

const cases: ReadonlyArray<{ readonly settings: Netem; readonly shown: RegExp }> = [
  { settings: { delayMs: 50 }, shown: /delay 50ms/ },
  { settings: { delayMs: 50, jitterMs: 5 }, shown: /delay 50ms +5ms/ },
  { settings: { loss: 0.01 }, shown: /loss 1%/ },
  { settings: { duplicate: 0.25 }, shown: /duplicate 25%/ },
  { settings: { corrupt: 0.5 }, shown: /corrupt 50%/ },
  { settings: { delayMs: 10, reorder: 0.2 }, shown: /reorder 20%.* gap 1/ },
  { settings: { rateBitsPerSecond: 8_000_000 }, shown: /rate 8Mbit/ },
  { settings: { rateBitsPerSecond: 100e9 }, shown: /rate 100Gbit/ },
];

for (const { settings, shown } of cases) {
  test.serial(`${Object.entries(settings).flat().join(" ")} is what tc shows`, (t) => {
    using netns = Netns.create("netem");
    applyPlan(
      {
        netns: "netem",
        links: [{ type: "veth", name: "eth0", peer: { netns: "netem", name: "p0" } }],
      },
      new Map([["netem", netns]]),
    );
    using netlink = Rtnetlink.open(netns);
    impair(netlink, "eth0", settings);
    const listing = netns.enter(() =>
      execFileSync(tc, ["qdisc", "show", "dev", "eth0"], { encoding: "utf8" }),
    );
    t.regex(listing, /^qdisc netem 1: root/);
    t.regex(listing, shown);
    impair(netlink, "eth0", {});
    t.notRegex(
      netns.enter(() => execFileSync(tc, ["qdisc", "show", "dev", "eth0"], { encoding: "utf8" })),
      /netem/,
    );
  });
}
