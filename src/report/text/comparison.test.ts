import test from "ava";
import type { LabEvent } from "../../observe/event.ts";
import { Comparison } from "./comparison.ts";

const passed = (step: number, detail: string): LabEvent => ({
  type: "step-passed",
  scenario: "modes",
  step,
  title: `question ${step}`,
  elapsedMs: 1,
  detail,
});

test("only what differs is shown, without times, ports and the names that pods happen to have", (t) => {
  const comparison = new Comparison(["iptables", "userspace"]);
  comparison.note(
    "iptables",
    passed(0, "0.41 ms, answered by shop/web-558b948b78-mbqm4, which saw 10.244.0.2:40312"),
  );
  comparison.note(
    "userspace",
    passed(0, "12 ms, answered by shop/web-558b948b78-p6kfj, which saw 192.168.0.11:9"),
  );
  comparison.note(
    "iptables",
    passed(1, "20 of 20 answered, 0.9 ms to 81 ms, shop/web-558b948b78-mbqm4 20"),
  );
  comparison.note(
    "userspace",
    passed(1, "20 of 20 answered, 1.1 ms to 1.2 s, shop/web-558b948b78-p6kfj 20"),
  );
  comparison.note("iptables", passed(2, "port unreachable, says 10.244.0.1 after 0.65 ms"));
  comparison.note("userspace", passed(2, "5.67 ms"));
  comparison.note("iptables", passed(4, "2 of 9 packets at node01:eth0, of 98 bytes"));
  comparison.note("userspace", passed(4, "2 of 7 packets at node01:eth0, of 98 bytes"));
  comparison.note("iptables", {
    type: "step-failed",
    scenario: "modes",
    step: 3,
    title: "question 3",
    elapsedMs: 1,
    failure: { code: "PROBE_UNEXPECTED", message: "no", seen: "refused", artifacts: [] },
  });
  t.is(
    comparison.render("plain"),
    `
what differs

  question 0
    iptables    answered by pod A, which saw 10.244.0.2
    userspace   answered by pod A, which saw 192.168.0.11
  question 2
    iptables    port unreachable, says 10.244.0.1
    userspace   connected
  question 3
    iptables    FAILED: refused
    userspace   was not run

2 of 5 steps saw the same under iptables, userspace
`,
  );
});

test("how often the dice chose which pod is no difference, that another was chosen or all had turns is", (t) => {
  const comparison = new Comparison(["iptables", "nftables"]);
  const [a, b, c] = ["mbqm4", "p6kfj", "x2k4q"].map((end) => `shop/web-558b948b78-${end}`);
  comparison.note("iptables", passed(0, `40 of 40 answered, 1 ms to 50 ms, ${a} 23, ${b} 17`));
  comparison.note("nftables", passed(0, `40 of 40 answered, 1 ms to 40 ms, ${b} 21, ${a} 19`));
  comparison.note("iptables", passed(1, `40 of 40 answered, 1 ms to 50 ms, ${a} 23, ${b} 17`));
  comparison.note(
    "nftables",
    passed(1, `40 of 40 answered, 1 ms to 50 ms, ${a} 14, ${b} 13, ${c} 13`),
  );
  comparison.note("iptables", passed(2, `40 of 40 answered, 1 ms to 50 ms, ${a} 23, ${b} 17`));
  comparison.note("nftables", passed(2, `40 of 40 answered, 1 ms to 50 ms, ${a} 20, ${b} 20`));
  t.is(
    comparison.render("plain"),
    `
what differs

  question 1
    iptables   40 of 40 answered, pod A 23, pod B 17
    nftables   40 of 40 answered, pod A 14, pod B 13, pod C 13
  question 2
    iptables   40 of 40 answered, pod A 23, pod B 17
    nftables   40 of 40 answered, pod A 20, pod B 20

1 of 3 steps saw the same under iptables, nftables
`,
  );
});

test("where all is the same, only that is said", (t) => {
  const comparison = new Comparison(["iptables", "nftables"]);
  for (const mode of ["iptables", "nftables"]) comparison.note(mode, passed(0, "1 ms"));
  t.is(comparison.render("plain"), "\n1 of 1 steps saw the same under iptables, nftables\n");
  t.is(new Comparison(["iptables"]).render("plain"), "");
});
