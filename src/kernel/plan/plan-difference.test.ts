import test from "ava";
import { cidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import type { NetnsPlan } from "./plan.ts";
import { isEmptyPlan, planDifference } from "./plan-difference.ts";

const toNode02 = { to: cidr("10.244.2.0/24"), via: ipAddress("192.168.0.18"), device: "eth0" };
const toNode03 = { to: cidr("10.244.3.0/24"), via: ipAddress("192.168.0.20"), device: "eth0" };
const cni0 = { type: "bridge", name: "cni0" } as const;

const before: NetnsPlan = { netns: "node01", links: [cni0], routes: [toNode02] };
const after: NetnsPlan = { netns: "node01", links: [cni0], routes: [toNode02, toNode03] };

test("what a plan has more than another is what it adds", (t) => {
  t.deepEqual(planDifference(after, before), { netns: "node01", routes: [toNode03] });
});

test("what it has less it adds not", (t) => {
  const difference = planDifference(before, after);
  t.deepEqual(difference, { netns: "node01" });
  t.true(isEmptyPlan(difference));
});

test("an entry that has changed counts as another", (t) => {
  const moved = { ...toNode02, via: ipAddress("192.168.0.19") };
  const difference = planDifference({ netns: "node01", routes: [moved] }, before);
  t.deepEqual(difference.routes, [moved]);
  t.false(isEmptyPlan(difference));
});

test("sysctls are all there is to do where nothing was, and nothing where there was a plan", (t) => {
  const plan = { ...after, sysctls: { "net/ipv4/ip_forward": "1" } };
  t.is(planDifference(plan, undefined), plan);
  t.true(isEmptyPlan(planDifference(plan, after)));
});
