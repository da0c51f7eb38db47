/**
 * A root for one container: the machine's own, in which volumes are mounted wherever the manifest says, also where the
 * machine has nothing to mount them on, and without a byte written to the machine's disk.
 *
 * A folder that lacks something is covered by a tmpfs of ours that shows all it held, each entry by a bind
 * mount, and takes what is missing. The root itself always is: `/data` is the usual case.
 *
 * Only in a mount namespace of its own, on the thread that is in it.
 */
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  type Stats,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { EISDIR, ELOOP, ENOTDIR } from "../errno.ts";
import { kernelError } from "../libc.ts";
import { bindTree, makeReadOnly, mountScratch, pivotRoot, unmountTree } from "./mount.ts";

/** One thing that is mounted into the container. */
export interface RootMount {
  /** A file or a folder that is there. */
  readonly source: string;
  /** Absolute, in the container. */
  readonly mountPath: string;
  readonly access: "read-only" | "read-write";
}

/** As the kernel's own: so many symbolic links in one path and no more. */
const MAX_LINKS = 40;

/** Lays the root out below `folder`, which is empty. {@link enter} makes it the root. */
export class ContainerRoot {
  readonly #root: string;
  /** Where something can be made: folders on a tmpfs of ours, as the container sees them. */
  readonly #ours = new Set<string>();

  constructor(folder: string) {
    this.#root = folder;
    mountScratch(folder, 0o755);
    showEntries("/", folder, new Set(["run"]));
    mkdirSync(path.join(folder, "run"), { recursive: true });
    this.#ours.add("/").add("/run");
  }

  /** Where `inside` is now. */
  outside(inside: string): string {
    return path.join(this.#root, inside);
  }

  /** @throws KernelError when the path leads through a file, or round in circles. */
  mount({ source, mountPath, access }: RootMount): void {
    const kind = statSync(source).isDirectory() ? "folder" : "file";
    const target = this.#mountPoint(mountPath, kind);
    bindTree(source, this.outside(target));
    if (access === "read-only") makeReadOnly(this.outside(target));
    // What is mounted below another volume is made in it, as a container runtime does.
    else if (kind === "folder") this.#ours.add(target);
  }

  /** The calling thread's mount namespace has this root from now on. */
  enter(): void {
    pivotRoot(this.#root);
  }

  /** The path without symbolic links, at which something of that kind is. */
  #mountPoint(wanted: string, kind: "folder" | "file"): string {
    let here = "/";
    let links = 0;
    const rest = namesIn(wanted);
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      const next = path.join(here, name);
      const target = this.#linkAt(next);
      if (target === undefined) {
        this.#ensure(here, next, rest.length === 0 ? kind : "folder");
        here = next;
        continue;
      }
      links++;
      if (links > MAX_LINKS) throw kernelError(`mount a volume on ${wanted}`, ELOOP);
      rest.unshift(...namesIn(target));
      if (target.startsWith("/")) here = "/";
    }
    return here;
  }

  /** Where a symbolic link leads; undefined when there is none. */
  #linkAt(inside: string): string | undefined {
    const isLink = this.#look(inside)?.isSymbolicLink() === true;
    return isLink ? readlinkSync(this.outside(inside)) : undefined;
  }

  #ensure(parent: string, wanted: string, kind: "folder" | "file"): void {
    const stats = this.#look(wanted);
    if (stats === undefined) this.#make(parent, wanted, kind);
    else if (stats.isDirectory() !== (kind === "folder")) {
      throw kernelError(`mount a ${kind} on ${wanted}`, kind === "folder" ? ENOTDIR : EISDIR);
    }
  }

  #look(inside: string): Stats | undefined {
    return lstatSync(this.outside(inside), { throwIfNoEntry: false });
  }

  #make(parent: string, wanted: string, kind: "folder" | "file"): void {
    if (!this.#ours.has(parent)) this.#cover(parent);
    if (kind === "folder") {
      mkdirSync(this.outside(wanted));
      this.#ours.add(wanted);
    } else writeFileSync(this.outside(wanted), "");
  }

  /** From now on the folder is ours, and holds what it held. */
  #cover(inside: string): void {
    const folder = this.outside(inside);
    const aside = this.outside("/.covered");
    mkdirSync(aside, { recursive: true });
    bindTree(folder, aside);
    mountScratch(folder, statSync(aside).mode & 0o7777);
    showEntries(aside, folder);
    unmountTree(aside);
    this.#ours.add(inside);
  }
}

function namesIn(text: string): string[] {
  return text.split("/").filter((name) => name !== "" && name !== ".");
}

/** Shows in the empty folder `to` what is in `from`. */
function showEntries(from: string, to: string, without: ReadonlySet<string> = new Set()): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (without.has(entry.name)) continue;
    const source = path.join(from, entry.name);
    const target = path.join(to, entry.name);
    if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else {
      if (entry.isDirectory()) mkdirSync(target);
      else writeFileSync(target, "");
      bindTree(source, target);
    }
  }
}
