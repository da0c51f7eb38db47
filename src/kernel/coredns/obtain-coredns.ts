/** Gets CoreDNS onto this machine, unmodified: built by Go, or as its makers published it. */
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { buildWithGo } from "./build-with-go.ts";
import { downloadRelease } from "./download-release.ts";
import { coreDnsVersion, ownCacheFolder } from "./find-coredns.ts";
import { unpackImage } from "./unpack-image.ts";

/** One way to get it. */
export interface CoreDnsWay {
  /** Completes "obtaining CoreDNS 1.14.7 …". */
  readonly name: string;
  /**
   * Puts the program into `folder`, which is empty and will be removed.
   *
   * @returns the program's file.
   * @throws Error saying why it does not work here.
   */
  readonly obtain: (folder: string) => Promise<string>;
}

const everyWay: readonly CoreDnsWay[] = [
  { name: "with Go", obtain: buildWithGo },
  { name: "from its published release", obtain: (folder) => downloadRelease(folder) },
  { name: "from its published image", obtain: unpackImage },
];

export interface ObtainOptions {
  /** Told what is going on, a line each. */
  readonly say: (line: string) => void;
  readonly ways?: readonly CoreDnsWay[];
  /** Where it is to stay. */
  readonly folder?: string;
}

/**
 * Tries the ways in their order. What one of them makes is put into the cache in one step, so that nobody finds
 * half of it.
 *
 * @returns its file; undefined when no way worked, and why has been said.
 */
export async function obtainCoreDns(options: ObtainOptions): Promise<string | undefined> {
  const { say, ways = everyWay, folder = ownCacheFolder() } = options;
  mkdirSync(folder, { recursive: true });
  const reasons: string[] = [];
  for (const { name, obtain } of ways) {
    say(`obtaining CoreDNS ${coreDnsVersion} ${name}`);
    const attempt = mkdtempSync(path.join(folder, ".new-"));
    try {
      return await keep(await obtain(attempt), path.join(folder, "coredns"));
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      rmSync(attempt, { recursive: true, force: true });
    }
  }
  for (const reason of reasons) say(`not ${reason}`);
  return undefined;
}

/** After it has shown that it runs here. */
async function keep(program: string, file: string): Promise<string> {
  chmodSync(program, 0o755);
  const { stdout } = await execa(program, ["-version"]);
  const [name] = stdout.split("\n");
  if (name !== `CoreDNS-${coreDnsVersion}`) throw new Error(`it says that it is ${name}`);
  renameSync(program, file);
  return file;
}
