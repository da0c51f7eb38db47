/** docs/topology.md speaks of every field, and its examples are what it says they are. */
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { topologySchema } from "../../src/topology/schema.ts";

const text = readFileSync(path.resolve(import.meta.dirname, "../../../docs/topology.md"), "utf8");
const { definitions } = topologySchema() as { readonly definitions: unknown };

function fieldsIn(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { properties = {} } = schema as { readonly properties?: object };
  return [...Object.keys(properties), ...Object.values(schema).flatMap(fieldsIn)];
}

const fields = [...new Set(fieldsIn(definitions))].sort();

test("there are fields", (t) => {
  t.true(fields.includes("podCIDR"));
  t.true(fields.includes("minSyncPeriod"));
});

for (const field of fields) {
  test(`the reference speaks of ${field}`, (t) => {
    t.regex(text, new RegExp(`[\`{ \\n]${field}[\`:,} ]`));
  });
}
