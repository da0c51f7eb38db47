import { HostError } from "../base/podwire-error.ts";

/** Why the system writes nothing, in words. What is not here is no reason that a user can do something about. */
const reasons = new Map([
  ["EACCES", "permission denied"],
  ["EDQUOT", "the disk quota is used up"],
  ["EEXIST", "a file is in the way"],
  ["EFBIG", "the file would be too large"],
  ["EIO", "the device does not work"],
  ["EISDIR", "is a folder"],
  ["ENAMETOOLONG", "the name is too long"],
  ["ENOENT", "no such file or folder"],
  ["ENOSPC", "no space left"],
  ["ENOTDIR", "a file is in the way"],
  ["EPERM", "not permitted"],
  ["EROFS", "the file system is read-only"],
]);

/**
 * What to say when the system refuses to write; undefined when that is not what happened.
 *
 * @param file in place of that which the error speaks of.
 */
export function fileRefusal(error: unknown, file?: string): HostError | undefined {
  if (!(error instanceof Error) || !("syscall" in error)) return undefined;
  const { code = "", path } = error as NodeJS.ErrnoException;
  const reason = reasons.get(code);
  const named = file ?? path;
  if (reason === undefined || named === undefined) return undefined;
  // A file that nobody has named is one of ours, and missed by mistake.
  if (code === "ENOENT" && file === undefined) return undefined;
  return new HostError("HOST_FILE", `${named}: ${reason}`, { cause: error });
}
