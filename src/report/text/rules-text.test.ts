import test from "ava";
import { renderRules } from "./rules-text.ts";

const text = "# Why.\n*nat\n:KUBE-SERVICES - [0:0]\n-A KUBE-SERVICES -j RETURN\nCOMMIT\n";

test("in a pipe the text is as it was, byte by byte", (t) => {
  t.is(renderRules(text, { colour: "plain" }), text);
});

test("on a screen reasons stand out, and what only makes room steps back", (t) => {
  const [why, table, chain, rule] = renderRules(text, { colour: "colour" }).split("\n");
  t.is(why, "\u001B[32m# Why.\u001B[39m");
  t.is(table, "\u001B[1m*nat\u001B[22m");
  t.is(chain, "\u001B[2m:KUBE-SERVICES - [0:0]\u001B[22m");
  t.is(rule, "-A KUBE-SERVICES -j RETURN");
});
