/**
 * `npm start`: everything from a fresh clone to a report of the voting
 * application's scenarios. `npm start -- FILE…` runs other topologies.
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { bootstrap, root } from "./bootstrap.mjs";

bootstrap();
await import("./setup.mjs");

const given = process.argv.slice(2);
const files = given.length > 0 ? given : [path.join(root, "topologies/voting-app.yaml")];
const { status } = spawnSync(
  process.execPath,
  [path.join(root, "bin/podwire.js"), "test", ...files],
  { stdio: "inherit" },
);
process.exit(status ?? 1);
