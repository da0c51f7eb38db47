import test from "ava";
import { countParts } from "./count.ts";

test("of one there is no plural, of none there is", (t) => {
  t.is(countParts({ nodes: 1, pods: 0, services: 2 }), "1 node, 0 pods, 2 services");
});
