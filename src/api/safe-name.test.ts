import test from "ava";
import { canonicalJson, safeEncode, templateHash } from "./safe-name.ts";

for (const [text, want] of [
  ["", ""],
  // Bytes 48 to 57, each modulo 27: what apimachinery's SafeEncodeString gives.
  ["0123456789", "456789bcdf"],
] as const) {
  test(`${JSON.stringify(text)} is encoded as ${JSON.stringify(want)}`, (t) => {
    t.is(safeEncode(text), want);
  });
}

test("canonical JSON knows no order of keys and no absent fields", (t) => {
  t.is(canonicalJson({ b: [{ d: 1, c: undefined }], a: null }), '{"a":null,"b":[{"d":1}]}');
});

test("a hash is short, safe, and the same for the same template", (t) => {
  const hash = templateHash({ spec: { containers: [{ name: "web" }] } });
  t.regex(hash, /^[bcdfghjklmnpqrstvwxz2456789]{1,10}$/);
  t.is(templateHash({ spec: { containers: [{ name: "web" }] } }), hash);
  t.not(templateHash({ spec: { containers: [{ name: "web" }] } }, 1), hash);
  t.not(templateHash({ spec: { containers: [{ name: "db" }] } }), hash);
});
