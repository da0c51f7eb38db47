import { readFileSync } from "node:fs";

/**
 * Where a user of a running container is at home, by its own /etc/passwd; `/` when that does not say, as runc has it.
 *
 * @param pid of a process of the container, as the lab counts.
 * @see passwd(5)
 */
export function homeInRoot(pid: number, uid: number): string {
  const users = passwdOf(pid)
    .split("\n")
    .map((line) => line.split(":"));
  return users.find(([, , number]) => number === String(uid))?.[5] || "/";
}

/** Empty where there is none, or the container has ended. */
function passwdOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/root/etc/passwd`, "utf8");
  } catch {
    return "";
  }
}
