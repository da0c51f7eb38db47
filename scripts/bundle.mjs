/**
 * Puts the command line, and what it runs inside sandboxes, into a few files below dist/bundle: Node needs a
 * third of a millisecond for every module it loads, and a lab has six hundred. What is
 * imported when it is needed stays a file of its own, loaded when it is needed.
 *
 * Read from src, not from dist: so the source maps lead to what people have written.
 */
import { rmSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { root } from "./bootstrap.mjs";

const outdir = path.join(root, "dist/bundle");
// Its files have names after their content: those of before would stay.
rmSync(outdir, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: {
    podwire: "src/cli/main.ts",
    "inside/main": "src/lab/inside/main.ts",
    "inside/doctor-main": "src/lab/inside/doctor-main.ts",
    "inside/sleeve-main": "src/lab/inside/sleeve-main.ts",
  },
  outdir,
  bundle: true,
  format: "esm",
  splitting: true,
  // Beside the command line, so that inside/ is where src/lab/inside-entry.ts finds it.
  chunkNames: "[name]-[hash]",
  platform: "node",
  target: "node20.19",
  // Native code, which looks for its file beside its own modules.
  external: ["koffi"],
  // CommonJS among the dependencies asks for Node's modules by require.
  banner: {
    js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
  },
  sourcemap: true,
  // They are in the package, or in the clone.
  sourcesContent: false,
  logLevel: "warning",
});
