#!/usr/bin/env node
/**
 * The command `podwire`: the bundle, which starts in a third of the time; the compiled modules when they are newer,
 * which they are after a `tsc` by itself.
 */
import { statSync } from "node:fs";

const bundle = new URL("../dist/bundle/podwire.js", import.meta.url);
const modules = new URL("../dist/src/cli/main.js", import.meta.url);

await import((ageOf(bundle) >= ageOf(modules) ? bundle : modules).href);

/** Milliseconds since the epoch; 0 for what is not there. */
function ageOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
