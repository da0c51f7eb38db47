/** The topologies that people run are read without a word of complaint. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { parseAllDocuments } from "yaml";
import * as z from "zod";
import { loadLab } from "../../src/topology/load.ts";
import { topologySchema } from "../../src/topology/schema.ts";

const folder = path.resolve(import.meta.dirname, "../../../topologies");
const files = readdirSync(folder).filter((name) => name.endsWith(".yaml"));

test("there are topologies", (t) => {
  t.true(files.includes("voting-app.yaml"));
});

for (const file of files) {
  test(`${file} is free of problems`, (t) => {
    const { problems, scenarios } = loadLab([path.join(folder, file)]);
    t.deepEqual(problems, []);
    t.true(scenarios.length > 0);
  });

  test(`${file} is what the JSON Schema describes`, (t) => {
    const schema = documentSchema();
    const documents = parseAllDocuments(readFileSync(path.join(folder, file), "utf8"));
    if ("empty" in documents) return t.fail("the file is empty");
    for (const document of documents) {
      const { success, error } = schema.safeParse(document.toJS());
      t.true(success, error?.message);
    }
  });
}

/** Of zod's own making, from the JSON Schema alone; it has no `not`, so Kubernetes objects take any apiVersion. */
function documentSchema(): z.ZodType {
  const { oneOf, ...rest } = topologySchema() as {
    readonly oneOf: readonly unknown[];
    readonly [key: string]: unknown;
  };
  const anyOf = oneOf.slice(0, 2);
  const kubernetes = {
    type: "object",
    properties: { apiVersion: { enum: ["v1", "apps/v1"] } },
    required: ["apiVersion", "kind"],
  };
  // The types of `fromJSONSchema` know no dialect; what it cannot read it throws at.
  return z.fromJSONSchema({ ...rest, anyOf: [...anyOf, kubernetes] } as Parameters<
    typeof z.fromJSONSchema
  >[0]);
}
