import test from "ava";
import { parseTarget } from "../../../topology/where/parse-target.ts";
import { sampleStore, sampleTopology } from "../../testing/sample-lab.ts";
import { RunError } from "../run-error.ts";
import { Inventory } from "./inventory.ts";

const inventory = new Inventory(sampleTopology, sampleStore());

function lookUp(text: string): unknown {
  const parsed = parseTarget(text);
  if (!parsed.ok) throw new Error(parsed.fault.message);
  const { where } = parsed.value;
  switch (where.type) {
    case "node":
    case "host":
    case "fabric":
      return inventory[where.type](where.name);
    case "service":
      return inventory.service(where);
    case "pod":
    case "workload":
      return inventory.pods(where);
    default:
      throw new Error(text);
  }
}

for (const { wrong, hint } of [
  { wrong: "node/node1", hint: "did you mean node/node01?" },
  { wrong: "host/lapto", hint: "did you mean host/laptop?" },
  { wrong: "host/node01", hint: "did you mean node/node01?" },
  { wrong: "router/laptop", hint: "did you mean host/laptop?" },
  { wrong: "svc/vote", hint: "did you mean svc/vote/vote?" },
  { wrong: "sts/vote/vote", hint: "did you mean deploy/vote/vote?" },
  { wrong: "pod/vote/vote-x", hint: "did you mean pod/vote/vote-a?" },
  { wrong: "host/elsewhere", hint: "see `podwire ps`" },
]) {
  test(`there is no ${wrong}: ${hint}`, (t) => {
    const error = t.throws(() => lookUp(wrong), { instanceOf: RunError });
    t.is(error?.hint, hint);
  });
}
