import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** A folder in which every user may write, gone when it is disposed of. */
export class ScratchFolder implements AsyncDisposable {
  readonly path: string;

  private constructor(folder: string) {
    this.path = folder;
  }

  static async create(): Promise<ScratchFolder> {
    const folder = await mkdtemp(path.join(tmpdir(), "podwire-lab-"));
    await chmod(folder, 0o777);
    return new ScratchFolder(folder);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
