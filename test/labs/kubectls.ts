/** The kubectls of this machine: they speak SPDY up to 1.30, and WebSockets from 1.31 on. */
import { readdirSync, realpathSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa, type ResultPromise } from "execa";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { patient } from "../patience.ts";

/** That on the PATH; and where its package has several versions side by side, the oldest and the newest of them. */
export function kubectls(): readonly string[] {
  const main = findProgram("kubectl");
  if (main === undefined) return [];
  const folder = path.dirname(realpathSync(main));
  const versions = readdirSync(folder)
    .filter((name) => /^kubectl\.1\.\d+$/.test(name))
    .sort((a, b) => Number(a.split(".")[2]) - Number(b.split(".")[2]))
    .map((name) => path.join(folder, name));
  const [oldest, newest] = [versions[0], versions.at(-1)];
  return [...new Set([main, oldest, newest].filter((each) => each !== undefined))];
}

interface Settings {
  readonly reject: false;
  readonly cleanup: true;
  readonly timeout: number;
  readonly stdin: "ignore" | "pipe";
  readonly env: NodeJS.ProcessEnv;
}

export type RunningKubectl = ResultPromise<Settings>;

/** One kubectl on one lab. It has a home of its own, as it keeps what it discovers there. */
export class Kubectl implements AsyncDisposable {
  readonly #program: string;
  readonly #kubeconfig: string;
  readonly #home: string;

  private constructor(program: string, kubeconfig: string, home: string) {
    this.#program = program;
    this.#kubeconfig = kubeconfig;
    this.#home = home;
  }

  static async create(program: string, kubeconfig: string): Promise<Kubectl> {
    return new Kubectl(program, kubeconfig, await mkdtemp(path.join(tmpdir(), "podwire-kubectl-")));
  }

  /** The outcome is in the result. */
  run(
    args: readonly string[],
    { input = "ignore" }: { readonly input?: "ignore" | "pipe" } = {},
  ): RunningKubectl {
    return execa(this.#program, args, this.#settings(input));
  }

  /** A line of shell in which `$0` is kubectl, for files as its input and output. */
  shell(line: string): RunningKubectl {
    return execa("sh", ["-c", line, this.#program], this.#settings("ignore"));
  }

  /** On a terminal of its own, by script(1). */
  onTerminal(line: string): RunningKubectl {
    const command = `"${this.#program}" ${line}`;
    const args = ["--quiet", "--return", "--command", command, "/dev/null"];
    return execa(findProgram("script") ?? "script", args, this.#settings("pipe"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.#home, { recursive: true, force: true });
  }

  #settings(stdin: Settings["stdin"]): Settings {
    return {
      reject: false,
      cleanup: true,
      timeout: patient(50_000),
      stdin,
      env: { KUBECONFIG: this.#kubeconfig, HOME: this.#home },
    };
  }
}
