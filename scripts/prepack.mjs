/** Before `npm pack`: the package has what a build from nothing makes, and nothing that an earlier one has left. */
import { rmSync } from "node:fs";
import path from "node:path";
import { bootstrap, root } from "./bootstrap.mjs";

rmSync(path.join(root, "dist"), { recursive: true, force: true });
bootstrap();
