import { realpathSync } from "node:fs";
import path from "node:path";
import { LabError } from "./lab-error.ts";

/** A lab has these of its own, and what it writes there goes with it. */
const OWN = ["/run", "/proc"];

/**
 * An absolute path by which a lab finds what we mean: a file or folder to write, which need not be there yet.
 *
 * @throws LabError `USAGE` for a place that a lab has of its own.
 */
export function pathForLab(file: string): string {
  const absolute = path.resolve(file);
  const real = realPath(absolute);
  const own = OWN.find((folder) => real === folder || real.startsWith(`${folder}/`));
  if (own === undefined) return absolute;
  const message = `${file}: is below ${own}, of which every lab has its own, which ends with it`;
  throw new LabError({ code: "USAGE", message, hint: "choose another folder", exitCode: 2 });
}

/** Of what is there already of the path; the rest as it is written. */
function realPath(absolute: string): string {
  try {
    return realpathSync(absolute);
  } catch {
    const folder = path.dirname(absolute);
    return folder === absolute ? absolute : path.join(realPath(folder), path.basename(absolute));
  }
}
