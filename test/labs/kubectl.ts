/** The real kubectl, on a lab. */
import { execa } from "execa";
import { findProgram } from "../../src/kernel/programs/programs.ts";
import { patient } from "../patience.ts";

export interface Kubectl {
  /** What it prints. @throws when it fails, with what it says. */
  readonly run: (args: readonly string[], input?: string) => Promise<string>;
  /** What it says when it fails. @throws when it does not. */
  readonly fail: (args: readonly string[], input?: string) => Promise<string>;
  /** One that goes on until it is disposed of. */
  readonly follow: (args: readonly string[]) => Following;
}

interface Following extends AsyncDisposable {
  /** What it has printed so far. */
  readonly printed: () => string;
}

/** PODWIRE_KUBECTL, or the one on the PATH; undefined when there is none. */
export function findKubectl(): string | undefined {
  return process.env["PODWIRE_KUBECTL"] ?? findProgram("kubectl");
}

/** @param home where it may keep what it remembers of the server: no lab must see another's. */
export function kubectlFor(program: string, kubeconfig: string, home: string): Kubectl {
  const start = async (
    args: readonly string[],
    input: string | undefined,
  ): Promise<{
    readonly exitCode: number | undefined;
    readonly said: string;
    readonly out: string;
  }> => {
    const { exitCode, stdout, stderr } = await execa(
      program,
      ["--kubeconfig", kubeconfig, ...args],
      {
        reject: false,
        timeout: patient(40_000),
        env: { HOME: home },
        ...(input === undefined ? { stdin: "ignore" as const } : { input }),
      },
    );
    return { exitCode, said: stderr, out: stdout };
  };
  return {
    follow: (args) => {
      let printed = "";
      const child = execa(program, ["--kubeconfig", kubeconfig, ...args], {
        reject: false,
        stdin: "ignore",
        buffer: false,
        env: { HOME: home },
      });
      child.stdout.on("data", (chunk: Buffer) => {
        printed += chunk.toString("utf8");
      });
      return {
        printed: () => printed,
        [Symbol.asyncDispose]: async () => {
          child.kill();
          await child;
        },
      };
    },
    run: async (args, input) => {
      const { exitCode, said, out } = await start(args, input);
      if (exitCode === 0) return out;
      throw new Error(`kubectl ${args.join(" ")} ended with ${exitCode}: ${said}\n${out}`);
    },
    fail: async (args, input) => {
      const { exitCode, said, out } = await start(args, input);
      if (exitCode !== 0 && exitCode !== undefined) return said;
      throw new Error(`kubectl ${args.join(" ")} did not fail: ${out}`);
    },
  };
}

/** Rows of a table as cells; columns are told apart by two blanks or more. */
export function cellsOf(table: string): string[][] {
  return table
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => line.trimEnd().split(/ {2,}/));
}

/** What differs from run to run in what kubectl prints: ages, suffixes, hashes, addresses that were given out. */
export function constant(text: string): string {
  const letters = "[bcdfghjklmnpqrstvwxz2456789]";
  return text
    .replaceAll(new RegExp(`\\b([a-z]+)-${letters}{8,10}-${letters}{5}\\b`, "g"), "$1-HASH-ID")
    .replaceAll(new RegExp(`\\b([a-z]+)-${letters}{8,10}\\b`, "g"), "$1-HASH")
    .replaceAll(new RegExp(`\\b([a-z]+)-${letters}{5}\\b`, "g"), "$1-ID")
    .replaceAll(/\b(?:\d+[dhms])+\b/g, "AGE")
    .replaceAll(/\b10\.244\.1\.\d+/g, "POD-IP")
    .replaceAll(/\b10\.(?:9[6-9]|1\d\d)\.\d+\.\d+/g, "CLUSTER-IP");
}
