/** A rate without netem, as on kernels that have none: what tc says of what was asked. */
import { execFileSync } from "node:child_process";
import test from "ava";
import { impair } from "../../src/kernel/devices/impairment.ts";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlan } from "../../src/kernel/plan/apply-plan.ts";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { qdiscReplaceTbf } from "../../src/wire/netlink/rtnetlink/qdisc.ts";

const tc = findProgram("tc") ?? "tc";

function withDevice(name: string, body: (netns: Netns, netlink: Rtnetlink) => void): void {
  using netns = Netns.create(name);
  applyPlan(
    { netns: name, links: [{ type: "veth", name: "eth0", peer: { netns: name, name: "peer0" } }] },
    new Map([[name, netns]]),
  );
  using netlink = Rtnetlink.open(netns);
  body(netns, netlink);
}

function disciplines(netns: Netns): string {
  return netns.enter(() =>
    execFileSync(tc, ["-d", "qdisc", "show", "dev", "eth0"], { encoding: "utf8" }),
  );
}

test("tbf has the rate, burst and queue that it was given", (t) => {
  withDevice("tbf", (netns, netlink) => {
    const index = netlink.linksByName(["eth0"])[0]?.index ?? 0;
    const settings = { rateBitsPerSecond: 10_000_000, burstBytes: 5_000, limitBytes: 130_000 };
    netlink.apply([qdiscReplaceTbf("eth0", index, settings)]);
    t.regex(disciplines(netns), /qdisc tbf 1: root .*rate 10Mbit burst (?:5000b|4999b)/);
    netlink.apply([qdiscReplaceTbf("eth0", index, { ...settings, rateBitsPerSecond: 40e9 })]);
    t.regex(disciplines(netns), /rate 40Gbit/);
  });
});

test("a rate alone is limited with and without netem, and ends when nothing is asked any more", (t) => {
  withDevice("rate", (netns, netlink) => {
    impair(netlink, "eth0", { rateBitsPerSecond: 1_000_000 });
    t.regex(disciplines(netns), /qdisc (?:netem|tbf) .*rate 1Mbit/);
    impair(netlink, "eth0", { rateBitsPerSecond: 0 });
    t.notRegex(disciplines(netns), /netem|tbf/);
    // There is nothing to end any more, and that is no error.
    impair(netlink, "eth0", {});
    t.pass();
  });
});
