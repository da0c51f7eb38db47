/**
 * `npm run vm -- COMMAND…`: runs a command in a virtual machine with Debian's kernel, for what
 * this host's kernel lacks. docs/machines.md says how it is made; `npm run vm -- --help`, what there is.
 */
import path from "node:path";
import { bootstrap, root } from "./bootstrap.mjs";

bootstrap();
const { main } = await import("../dist/scripts/vm/main.js");
await main(process.argv.slice(2), path.join(root, "scripts/vm/guest"));
