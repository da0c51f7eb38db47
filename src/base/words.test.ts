import test from "ava";
import { capitalize, count } from "./words.ts";

test("of one there is no plural, of none there is", (t) => {
  t.is(count(1, "node"), "1 node");
  t.is(count(0, "pod"), "0 pods");
  t.is(count(2, "service"), "2 services");
});

test("the first letter becomes a capital, where there is one", (t) => {
  t.is(capitalize("backing off"), "Backing off");
  t.is(capitalize(""), "");
});
