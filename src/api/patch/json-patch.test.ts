import test from "ava";
import { ApiError } from "../errors/api-error.ts";
import { applyJsonPatch } from "./json-patch.ts";

// The cases of RFC 6902's appendix A, and of RFC 6901, with words of our own.
for (const { title, document, patch, result } of [
  {
    title: "A.1 add puts a member in",
    document: { pod: "a" },
    patch: [{ op: "add", path: "/node", value: "n" }],
    result: { pod: "a", node: "n" },
  },
  {
    title: "A.2 add puts an item in before the one that is there",
    document: { ports: [80, 443] },
    patch: [{ op: "add", path: "/ports/1", value: 81 }],
    result: { ports: [80, 81, 443] },
  },
  {
    title: "A.3 remove takes a member out",
    document: { a: 1, b: 2 },
    patch: [{ op: "remove", path: "/b" }],
    result: { a: 1 },
  },
  {
    title: "A.4 remove takes an item out",
    document: { a: [1, 2, 3] },
    patch: [{ op: "remove", path: "/a/1" }],
    result: { a: [1, 3] },
  },
  {
    title: "A.5 replace puts another value in",
    document: { a: 1, b: 2 },
    patch: [{ op: "replace", path: "/a", value: { c: 3 } }],
    result: { a: { c: 3 }, b: 2 },
  },
  {
    title: "A.6 move takes a value elsewhere",
    document: { a: { x: 1, y: 2 }, b: { z: 3 } },
    patch: [{ op: "move", from: "/a/y", path: "/b/w" }],
    result: { a: { x: 1 }, b: { z: 3, w: 2 } },
  },
  {
    title: "A.7 move within a list counts the places after the value was taken out",
    document: { a: ["all", "grass", "cows", "eat"] },
    patch: [{ op: "move", from: "/a/1", path: "/a/3" }],
    result: { a: ["all", "cows", "eat", "grass"] },
  },
  {
    title: "A.8 test holds for equal values, in order or not",
    document: { a: { x: 1, y: [2, "c"] } },
    patch: [
      { op: "test", path: "/a", value: { y: [2, "c"], x: 1 } },
      { op: "test", path: "/a/y/0", value: 2 },
    ],
    result: { a: { x: 1, y: [2, "c"] } },
  },
  {
    title: "A.10 add puts an object in",
    document: { a: 1 },
    patch: [{ op: "add", path: "/child", value: { grandchild: {} } }],
    result: { a: 1, child: { grandchild: {} } },
  },
  {
    title: "A.11 members of an operation that are not known say nothing",
    document: { a: 1 },
    patch: [{ op: "add", path: "/b", value: 2, why: 3 }],
    result: { a: 1, b: 2 },
  },
  {
    title: "A.14 ~01 is ~1 and not a slash",
    document: { "/": 9, "~1": 10 },
    patch: [{ op: "test", path: "/~01", value: 10 }],
    result: { "/": 9, "~1": 10 },
  },
  {
    title: "A.16 - is the place after the last",
    document: { a: [1] },
    patch: [{ op: "add", path: "/a/-", value: [2, 3] }],
    result: { a: [1, [2, 3]] },
  },
  {
    title: "an empty pointer is the whole document",
    document: { a: 1 },
    patch: [{ op: "replace", path: "", value: { b: 2 } }],
    result: { b: 2 },
  },
  {
    title: "null is a value like any other",
    document: { a: 1 },
    patch: [
      { op: "add", path: "/b", value: null },
      { op: "test", path: "/b", value: null },
    ],
    result: { a: 1, b: null },
  },
  {
    title: "~1 is a slash, as in the names of labels",
    document: { labels: { "app.example/name": "a" } },
    patch: [{ op: "replace", path: "/labels/app.example~1name", value: "b" }],
    result: { labels: { "app.example/name": "b" } },
  },
  {
    title: "copy leaves the value where it was",
    document: { a: { x: 1 } },
    patch: [{ op: "copy", from: "/a", path: "/b" }],
    result: { a: { x: 1 }, b: { x: 1 } },
  },
  {
    title: "a value moved to where it is stays there",
    document: { a: 1 },
    patch: [{ op: "move", from: "/a", path: "/a" }],
    result: { a: 1 },
  },
]) {
  test(`json patch: ${title}`, (t) => {
    const before = structuredClone(document);
    t.deepEqual(applyJsonPatch(document, patch), result);
    t.deepEqual(document, before, "the document stays as it was");
  });
}

const document = { a: 1, list: [1, 2] };

for (const { title, patch, reason, message } of [
  {
    title: "A.9 a test that fails fails the patch",
    patch: [{ op: "test", path: "/a", value: "1" }],
    reason: "Invalid",
    message: "JSON patch: test /a: test failed",
  },
  {
    title: "A.12 nothing is added to an object that is not there",
    patch: [{ op: "add", path: "/b/c", value: 1 }],
    reason: "Invalid",
    message: "the path /b/c of the JSON patch does not exist",
  },
  {
    title: "a place behind the end of a list is none",
    patch: [{ op: "add", path: "/list/3", value: 1 }],
    reason: "Invalid",
    message: "the path /list/3 of the JSON patch does not exist",
  },
  {
    title: "an index has no leading zero",
    patch: [{ op: "remove", path: "/list/01" }],
    reason: "Invalid",
    message: "the path /list/01 of the JSON patch does not exist",
  },
  {
    title: "- is no item that could be removed",
    patch: [{ op: "remove", path: "/list/-" }],
    reason: "Invalid",
    message: "the path /list/- of the JSON patch does not exist",
  },
  {
    title: "what is not there cannot be replaced",
    patch: [{ op: "replace", path: "/b", value: 1 }],
    reason: "Invalid",
    message: "the path /b of the JSON patch does not exist",
  },
  {
    title: "a value cannot be moved into itself",
    patch: [{ op: "move", from: "/list", path: "/list/0" }],
    reason: "Invalid",
    message: "JSON patch: move /list/0: a value cannot be moved into itself",
  },
  {
    title: "a pointer starts with a slash",
    patch: [{ op: "remove", path: "a" }],
    reason: "BadRequest",
    message: "JSON pointer a: must start with /",
  },
  {
    title: "add without a value says nothing",
    patch: [{ op: "add", path: "/b" }],
    reason: "BadRequest",
    message: "an operation lacks its value",
  },
  {
    title: "an unknown operation is none",
    patch: [{ op: "spam", path: "/b" }],
    reason: "BadRequest",
    message: 'unexpected operation "spam"',
  },
  {
    title: "an object is no list of operations",
    patch: { op: "add", path: "/b", value: 1 },
    reason: "BadRequest",
    message: "a JSON patch is a list of operations",
  },
]) {
  test(`json patch: ${title}`, (t) => {
    const error = t.throws(() => applyJsonPatch(document, patch), { instanceOf: ApiError });
    t.is<string, string>(error.reason, reason);
    t.is(error.message, message);
  });
}
