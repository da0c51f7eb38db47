import { lstatSync } from "node:fs";
import path from "node:path";

/**
 * Whether a program is among the files of a running container, looked for as execvp(3) does. Where that cannot be told from outside,
 * behind a link that begins at the container's root, it is taken to be.
 *
 * @param pid of a process of the container, as the lab counts.
 * @param searchPath the container's PATH.
 */
export function isInRoot(pid: number, program: string, searchPath: string): boolean {
  const root = `/proc/${pid}/root`;
  const folders = program.includes("/") ? [""] : searchPath.split(":");
  return folders.some((folder) => mayExist(root, path.posix.join("/", folder, program)));
}

function mayExist(root: string, file: string): boolean {
  const parts = file.split("/").filter((part) => part !== "");
  let at = root;
  for (const [index, part] of parts.entries()) {
    at = `${at}/${part}`;
    const found = lstatSync(at, { throwIfNoEntry: false });
    if (found === undefined) return false;
    // Where it leads is for whoever is inside to say.
    if (found.isSymbolicLink() && index < parts.length - 1) return true;
  }
  return true;
}
