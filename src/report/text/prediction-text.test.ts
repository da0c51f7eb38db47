import test from "ava";
import type { Prediction } from "../../observe/prediction.ts";
import { renderPrediction } from "./prediction-text.ts";

const rule = { node: "node01", table: "nat", chain: "KUBE-SEP-A", text: "-A KUBE-SEP-A -j DNAT" };
const prediction: Prediction = {
  from: "deploy/vote/vote",
  to: "svc/vote/redis",
  protocol: "tcp",
  source: "10.244.1.2",
  destination: "10.96.0.20:6379",
  nodes: ["node01"],
  ends: [
    {
      outcome: "endpoint",
      endpoint: "10.244.2.2:6379",
      server: "vote/redis-1",
      masqueraded: false,
      probability: 1 / 3,
      rules: [rule],
    },
    {
      outcome: "endpoint",
      endpoint: "10.9.9.9:1",
      masqueraded: true,
      masqueradedBy: "node01",
      probability: 1 / 2,
      rules: [],
    },
    { outcome: "rejected", masqueraded: false, probability: 1 / 12, rules: [] },
    { outcome: "dropped", masqueraded: false, probability: 1 / 24, rules: [] },
    { outcome: "untouched", masqueraded: false, probability: 1 / 24, rules: [] },
  ],
};

test("each end has its share, its server and what that sees", (t) => {
  t.is(
    renderPrediction(prediction, { colour: "plain", rules: false }),
    `tcp deploy/vote/vote → svc/vote/redis (10.244.1.2 → 10.96.0.20:6379), by the rules of node01
  33.3 %  10.244.2.2:6379, vote/redis-1, which sees 10.244.1.2
    50 %  10.9.9.9:1, which sees an address of node01
   8.3 %  rejected: the client is told that the port is unreachable
   4.2 %  dropped: the client hears nothing
   4.2 %  10.96.0.20:6379 as it is: no rule translates it
`,
  );
});

test("with its rules, on request", (t) => {
  const lines = renderPrediction(prediction, { colour: "plain", rules: true }).split("\n");
  t.is(lines[2], "            nat    -A KUBE-SEP-A -j DNAT");
});

test("a packet that passes no node is said to", (t) => {
  const text = renderPrediction({ ...prediction, nodes: [] }, { colour: "plain", rules: false });
  t.regex(text, /, past every node\n/);
});

test("an answer that comes past the node that translated is told to be none", (t) => {
  const [end] = prediction.ends;
  const ends = end === undefined ? [] : [{ ...end, answerPasses: "node03" }];
  const text = renderPrediction({ ...prediction, ends }, { colour: "plain", rules: false });
  t.regex(
    text,
    /which sees 10\.244\.1\.2, and whose answer comes past node03: to the client it is none\n/,
  );
});
