/** The columns of tables, held against those that a real API server answered with. */
import test from "ava";
import { type Kind, kinds } from "../../src/api/objects/kinds.ts";
import { tableOf } from "../../src/components/api-server/printing/all-tables.ts";
import { readGolden } from "./golden-data.ts";
import { withGoldenFolder } from "./golden-folder.ts";

/** What has changed since version 1.20. */
const sinceThen: ReadonlyMap<string, string> = new Map([
  // "2 (5m ago)", since 1.22.
  ["Restarts|integer||0", "Restarts|string||0"],
]);

withGoldenFolder("table columns", (folder) => {
  // Each path with its columns, as `name|type|format|priority`.
  const golden = readGolden<Readonly<Record<string, readonly string[]>>>(
    folder,
    "apiserver-1.20/apiserver-1.20-table-columns.json",
  );
  // Object.keys forgets which strings the keys are.
  for (const kind of Object.keys(kinds) as Kind[]) {
    const { plural } = kinds[kind];
    const path = Object.keys(golden).find((each) => each.endsWith(`/${plural}`));
    if (path === undefined) continue;
    test(`upstream: columns of ${plural}`, (t) => {
      const columns = tableOf(kind).columns.map(
        ({ name, type, format, priority }) => `${name}|${type}|${format}|${priority}`,
      );
      t.deepEqual(
        columns,
        golden[path]?.map((column) => sinceThen.get(column) ?? column),
      );
    });
  }

  test("there are upstream columns for all kinds but those that nobody recorded", (t) => {
    const paths = Object.keys(golden);
    const without = Object.values(kinds).filter(
      ({ plural }) => !paths.some((path) => path.endsWith(`/${plural}`)),
    );
    t.deepEqual(
      without.map(({ plural }) => plural),
      [
        ...["clusterroles", "clusterrolebindings", "controllerrevisions"],
        ...["roles", "rolebindings", "servicecidrs"],
      ],
    );
  });
});
