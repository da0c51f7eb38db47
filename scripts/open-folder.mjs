/** A clone in somebody's home is closed to all others; here it has a second place, as long as one program runs. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmdirSync, statSync } from "node:fs";
import path from "node:path";

const SEARCH_BY_OTHERS = 0o001;

/** Whether everybody may go into the folder, by its path. */
export function isOpenToAll(folder) {
  const parent = path.dirname(folder);
  const isOpen = (statSync(folder).mode & SEARCH_BY_OTHERS) !== 0;
  return isOpen && (parent === folder || isOpenToAll(parent));
}

/**
 * Runs a Node program of that folder below /tmp, where the folder is mounted a second time in a namespace that only this program
 * sees. Needs root. @returns the exit status.
 */
export function runWhereAllMayGo(folder, program, args) {
  const place = mkdtempSync("/tmp/podwire-clone-");
  const script = 'mount --bind "$0" "$1"; cd "$1"; shift; exec "$@"';
  const command = [process.execPath, path.join(place, program), ...args];
  try {
    const { status } = spawnSync(
      "unshare",
      ["--mount", "sh", "-euc", script, folder, place, ...command],
      {
        stdio: "inherit",
      },
    );
    return status ?? 1;
  } finally {
    rmdirSync(place);
  }
}
