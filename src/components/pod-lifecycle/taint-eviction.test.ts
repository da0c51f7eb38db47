import test from "ava";
import type { Taint } from "../../api/objects/cluster.ts";
import type { Toleration } from "../../api/objects/pod.ts";
import { allowedSeconds } from "./taint-eviction.ts";

const taint = (key: string): Taint => ({ key, effect: "NoExecute" });
const tolerate = (key: string, tolerationSeconds?: number): Toleration => ({
  key,
  operator: "Exists",
  ...(tolerationSeconds !== undefined && { tolerationSeconds }),
});

for (const { title, taints, tolerations, want } of [
  { title: "without taints a pod stays", taints: [], tolerations: [], want: undefined },
  { title: "an untolerated taint ends it at once", taints: ["a"], tolerations: [], want: 0 },
  {
    title: "a toleration without time lets it stay",
    taints: ["a"],
    tolerations: [tolerate("a")],
    want: undefined,
  },
  {
    title: "a toleration with time lets it stay so long",
    taints: ["a"],
    tolerations: [tolerate("a", 30)],
    want: 30,
  },
  {
    title: "the shortest time counts",
    taints: ["a", "b"],
    tolerations: [tolerate("a", 30), tolerate("b", 10)],
    want: 10,
  },
  {
    title: "every taint has to be tolerated",
    taints: ["a", "b"],
    tolerations: [tolerate("a")],
    want: 0,
  },
  { title: "a negative time is none", taints: ["a"], tolerations: [tolerate("a", -5)], want: 0 },
]) {
  test(`eviction: ${title}`, (t) => {
    t.is(allowedSeconds(taints.map(taint), tolerations), want);
  });
}
