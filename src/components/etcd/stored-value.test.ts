import test from "ava";
import type { ConfigMap } from "../../api/objects/cluster.ts";
import { decodeStored, encodeStored } from "./stored-value.ts";

const object: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "motd", namespace: "default", uid: "u", resourceVersion: "7" },
  data: { text: "hello" },
};
const text =
  '{"kind":"ConfigMap","apiVersion":"v1","metadata":{"name":"motd","namespace":"default","uid":"u"},"data":{"text":"hello"}}\n';
const at = { kind: "ConfigMap", key: { namespace: "default", name: "motd" }, revision: 9 } as const;

test("a value is a line of JSON, kind first, without the revision that its key has", (t) => {
  t.is(encodeStored(object), text);
});

test("what is read has its key's revision", (t) => {
  const metadata = { ...object.metadata, resourceVersion: "9" };
  t.deepEqual(decodeStored(text, at), { type: "object", object: { ...object, metadata } });
});

test("what somebody has written by hand gets the defaults that the API gives", (t) => {
  const service = { kind: "Service", apiVersion: "v1", metadata: { name: "s" }, spec: {} };
  const decoded = decodeStored(JSON.stringify(service), {
    kind: "Service",
    key: { namespace: "default", name: "s" },
    revision: 3,
  });
  t.like(decoded, { type: "object", object: { spec: { type: "ClusterIP" } } });
});

for (const { title, value } of [
  { title: "no JSON", value: "k8s\0\n" },
  { title: "no object", value: '"text"' },
  { title: "of an unknown kind", value: '{"kind":"Jobe","apiVersion":"v1"}' },
  { title: "of a wrong shape", value: text.replace('{"text":"hello"}', "7") },
  { title: "another object's", value: text.replace("motd", "else") },
  { title: "of another namespace", value: text.replace("default", "else") },
]) {
  test(`a value that is ${title} is told to be unreadable, and why`, (t) => {
    const decoded = decodeStored(value, at);
    t.is(decoded.type, "unreadable");
    t.true(decoded.type === "unreadable" && decoded.why.length > 0);
  });
}
