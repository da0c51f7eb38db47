import { fileURLToPath } from "node:url";

/**
 * The file of a module in inside/, to be the first process of a sandbox, or another one in it. Holds among the compiled modules and in the
 * bundle, where this is part of a file beside inside/: a lab is of one kind with the command that starts it.
 */
export function insideEntry(name: "main" | "doctor-main" | "sleeve-main"): string {
  return fileURLToPath(new URL(`./inside/${name}.js`, import.meta.url));
}
