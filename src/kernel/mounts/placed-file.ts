import { existsSync, mkdirSync, readlinkSync, writeFileSync } from "node:fs";
import path from "node:path";

/** A file of /etc that a place has for itself. */
export interface PlacedFile {
  /** Below /etc. */
  readonly name: string;
  /** Where its content is, in the place's folder. */
  readonly file: string;
  /** What to mount it on. Undefined when it needs no mount, or the host has nothing there to mount it on. */
  readonly target: string | undefined;
}

/** Makes the file, empty. */
export function placeFile(folder: string, name: string): PlacedFile {
  const target = path.join("/etc", name);
  const below = linkBelowRun(target);
  const file =
    below === undefined ? path.join(folder, "etc", name) : path.join(folder, "run", below);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, "");
  const needsMount = below === undefined && existsSync(target);
  return { name, file, target: needsMount ? target : undefined };
}

/**
 * systemd-resolved makes /etc/resolv.conf a link into /run, which in a place is the place's own folder: there
 * the file is simply put where the link leads.
 */
function linkBelowRun(file: string): string | undefined {
  try {
    const target = path.resolve(path.dirname(file), readlinkSync(file));
    return /^(?:\/var)?\/run\/(?<below>.+)$/.exec(target)?.groups?.["below"];
  } catch {
    // Not a link.
    return undefined;
  }
}
