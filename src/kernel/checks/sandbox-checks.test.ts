import test from "ava";
import type { Need } from "../programs/need.ts";
import { programs } from "../programs/programs.ts";
import { sandboxChecks } from "./sandbox-checks.ts";

const checks = sandboxChecks.flatMap(({ checks: each }) => each);

/** By the names of what is checked, and of programs. */
function neededFor(need: Need): readonly string[] {
  return [
    ...checks.flatMap(({ name, neededBy }) => (neededBy.includes(need) ? [name] : [])),
    ...programs.flatMap(({ name, needs }) => (needs.includes(need) ? [name] : [])),
  ];
}

for (const { need, takes } of [
  // Whatever devices a plugin of somebody's makes.
  { need: "network plugin exec", takes: ["host-local"] },
  { need: "network plugin exec with VRF", takes: ["VRF"] },
  { need: "network plugin weave", takes: ["VXLAN", "match set", "set hash:net", "ipset"] },
  { need: "network plugin calico", takes: ["bird"] },
  { need: "network plugin calico with VXLAN", takes: ["VXLAN"] },
  { need: "network policies", takes: ["match set", "set hash:net", "set hash:ip,port", "ipset"] },
  { need: "session affinity", takes: ["match recent"] },
  { need: "capture", takes: ["packet socket", "tcpdump captures a packet", "tcpdump"] },
] as const) {
  test(`${need} needs ${takes.join(", ")}, and no more`, (t) => {
    t.deepEqual(neededFor(need), takes);
  });
}

test("labs need one backend of iptables, whichever it is", (t) => {
  const labs = neededFor("labs");
  t.true(labs.includes("either backend"));
  t.false(labs.includes("nft backend"));
  t.deepEqual(checks.find(({ name }) => name === "legacy backend")?.neededBy, []);
});
