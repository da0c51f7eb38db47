/** Applications that others published go through the whole floor without a word. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { parseAllDocuments } from "yaml";
import { describeUnknownField } from "../decoding/decode-object.ts";
import { formatFieldError } from "../errors/field-errors.ts";
import { prepareCreate } from "./admission.ts";

const folder = path.resolve(import.meta.dirname, "../../../../../shared/fixtures");

const applications = [
  { name: "example-voting-app", objects: 9 },
  { name: "online-boutique", objects: 35 },
] as const;

for (const { name, objects } of applications) {
  const title = `${name} is admitted as it was published`;
  const source = path.join(folder, name);
  if (!existsSync(source)) {
    test(title, (t) => {
      t.log(`NOT TESTED: ${source} is missing; put the application's manifests there`);
      t.pass(`not tested: ${source} is missing`);
    });
    continue;
  }
  test(title, (t) => {
    const documents = readdirSync(source)
      .filter((file) => file.endsWith(".yaml"))
      .flatMap((file) => parseAllDocuments(readFileSync(path.join(source, file), "utf8")))
      .map((document): unknown => document.toJS())
      .filter((value) => value !== null);
    const outcomes = documents.map((document) => prepareCreate(document));
    t.deepEqual(
      outcomes.flatMap(({ errors, unknownFields }) => [
        ...errors.map(formatFieldError),
        ...unknownFields.map(describeUnknownField),
      ]),
      [],
    );
    t.is(outcomes.filter(({ object }) => object !== undefined).length, objects);
  });
}
