import test from "ava";
import { type HealthChecks, tellHealth } from "./health.ts";

const well: HealthChecks = new Map([["etcd", () => true]]);
const ill: HealthChecks = new Map([["etcd", () => false]]);

const cases = [
  { title: "well, in a word", checks: well, query: "", code: 200, text: "ok" },
  {
    title: "well, in detail",
    checks: well,
    query: "verbose",
    code: 200,
    text: "[+]ping ok\n[+]etcd ok\nreadyz check passed\n",
  },
  {
    title: "ill, always in detail",
    checks: ill,
    query: "",
    code: 500,
    text: "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n",
  },
  {
    title: "ill, and nobody wants to know",
    checks: ill,
    query: "verbose&exclude=etcd",
    code: 200,
    text: "[+]ping ok\n[+]etcd excluded: ok\nreadyz check passed\n",
  },
];

for (const { title, checks, query, code, text } of cases) {
  test(`the server is ${title}`, (t) => {
    const answer = tellHealth("readyz", [], { query: new URLSearchParams(query) }, checks);
    t.deepEqual([answer?.code, answer?.text], [code, text]);
  });
}

test("each check can be asked by itself, and no other", (t) => {
  const call = { query: new URLSearchParams() };
  const codeOf = (name: string, checks: HealthChecks): number | undefined =>
    tellHealth("livez", [name], call, checks)?.code;
  t.deepEqual([codeOf("ping", ill), codeOf("etcd", well), codeOf("etcd", ill)], [200, 200, 500]);
  t.is(codeOf("luck", well), undefined);
});
