import test from "ava";
import { applyPayload, chainNames, chainRules } from "./rule-set.ts";

const table = (...lines: string[]): string => `${["*nat", ...lines, "COMMIT"].join("\n")}\n`;
const base = applyPayload(table(":A - [0:0]", ":B - [0:0]", "-A A -j B", "-A B -j ACCEPT"));
const texts = (rules: typeof base, chain: string): string[] =>
  chainRules(rules, "nat", chain).map(({ text }) => text);

test("a chain that is named is emptied, every other is left alone", (t) => {
  const after = applyPayload(table(":A - [0:0]", "-A A -j DROP"), base);
  t.deepEqual(texts(after, "A"), ["-A A -j DROP"]);
  t.deepEqual(texts(after, "B"), ["-A B -j ACCEPT"]);
});

test("what was there before stays as it was", (t) => {
  applyPayload(table(":A - [0:0]", "-A B -j DROP"), base);
  t.deepEqual(texts(base, "A"), ["-A A -j B"]);
  t.deepEqual(texts(base, "B"), ["-A B -j ACCEPT"]);
});

test("insertion goes to the top, of the kernel's own chains too", (t) => {
  const after = applyPayload(table("-A INPUT -j A", "-I INPUT -j B"), base);
  t.deepEqual(texts(after, "INPUT"), ["-I INPUT -j B", "-A INPUT -j A"]);
});

test("a chain that nobody uses can be deleted when it is empty", (t) => {
  const after = applyPayload(table(":A - [0:0]", ":B - [0:0]", "-X B"), base);
  t.deepEqual(chainNames(after, "nat"), ["A"]);
});

const refused = [
  { title: "a rule for a chain that is not there", payload: table("-A C -j DROP") },
  { title: "a jump into nowhere", payload: table("-A A -j C") },
  { title: "deleting a chain that holds rules", payload: table("-X B") },
  { title: "deleting a chain that is jumped to", payload: table(":B - [0:0]", "-X B") },
  { title: "a line outside a table", payload: ":A - [0:0]\n" },
  { title: "an unknown command", payload: table("-R A 1 -j DROP") },
];
for (const { title, payload } of refused) {
  test(`refused as by the kernel: ${title}`, (t) => {
    t.throws(() => applyPayload(payload, base), { code: "RULES_NOT_UNDERSTOOD" });
  });
}
