import test from "ava";
import { applyScript } from "./rule-set.ts";

const table = "ip kube-proxy";
const base = `add table ${table} { comment "rules for kube-proxy" ; }
add chain ${table} a
add chain ${table} b
add map ${table} m { type inet_proto . inet_service : verdict ; }
`;

const refused = [
  { title: "a rule in a chain that is not there", script: `add rule ${table} c drop\n` },
  { title: "a jump into nowhere", script: `add rule ${table} a jump c\n` },
  {
    title: "an element that leads nowhere",
    script: `add element ${table} m { tcp . 80 : goto c }\n`,
  },
  {
    title: "an element that is there with another verdict",
    script: `add element ${table} m { tcp . 80 : drop }\nadd element ${table} m { tcp . 80 : goto a }\n`,
  },
  {
    title: "the deletion of what is not there",
    script: `delete element ${table} m { tcp . 81 }\n`,
  },
  {
    title: "the deletion of a chain that is led to",
    script: `add rule ${table} a goto b\ndelete chain ${table} b\n`,
  },
  {
    title: "a map that is not there",
    script: `add rule ${table} a meta l4proto . th dport vmap @n\n`,
  },
  { title: "what kube-proxy does not write", script: `add rule ${table} a counter drop\n` },
  { title: "a command that kube-proxy does not give", script: `insert rule ${table} a drop\n` },
];
for (const { title, script } of refused) {
  test(`refused: ${title}`, (t) => {
    t.throws(() => applyScript(base + script), { code: "RULES_NOT_UNDERSTOOD" });
  });
}

test("adding what is there changes nothing, and flushing leaves the chain", (t) => {
  const before = applyScript(`${base}add rule ${table} a drop\n`);
  const after = applyScript(`${base}flush chain ${table} a\n`, before);
  t.is(before.chains.get("a")?.rules.length, 1);
  t.deepEqual(after.chains.get("a")?.rules, []);
});

test("an element may carry a comment on either side of its verdict's colon", (t) => {
  const { sets } = applyScript(
    `${base}add element ${table} m { tcp . 80 comment "a/b:c" : drop }\n`,
  );
  t.deepEqual(sets.get("m")?.elements.get("tcp . 80")?.verdict, { type: "drop" });
});
