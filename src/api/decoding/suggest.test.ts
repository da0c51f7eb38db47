import test from "ava";
import { suggestNames } from "./suggest.ts";

const known = ["port", "ports", "replicas", "selector", "targetPort", "type", "clusterIP"];

for (const { written, suggestions } of [
  { written: "replica", suggestions: ["replicas"] },
  { written: "Selector", suggestions: ["selector"] },
  { written: "clusterip", suggestions: ["clusterIP"] },
  { written: "targetport", suggestions: ["targetPort"] },
  { written: "prot", suggestions: ["port"] },
  { written: "prots", suggestions: ["ports", "port"] },
  { written: "tipe", suggestions: ["type"] },
  { written: "somethingElse", suggestions: [] },
]) {
  test(`"${written}" may mean ${suggestions.join(" or ") || "nothing known"}`, (t) => {
    t.deepEqual(suggestNames(written, known), suggestions);
  });
}
