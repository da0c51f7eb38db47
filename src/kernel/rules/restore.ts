/** Programs that read a whole payload on standard input: run, and blamed by the line. */
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import { MemoryFile } from "../memory-file.ts";
import type { Netns } from "../netns.ts";
import { type ChildExit, childExit } from "../processes/child-exit.ts";
import { spawnHere } from "../processes/posix-spawn.ts";
import { programEnvironment } from "../programs/program-environment.ts";
import { findProgram, packageOf } from "../programs/programs.ts";

export interface RestoreOptions {
  readonly netns: Netns;
  readonly file: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 that mean no failure. */
  readonly accept?: readonly number[];
}

export interface RestoreOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Looked for once: rules are loaded all the time. */
const pathByFile = new Map<string, string>();

/**
 * @throws ProgramError with the program's own message and the line of `input` it is about;
 *   HostError when there is no such program.
 */
export async function runRestore(options: RestoreOptions): Promise<RestoreOutcome> {
  const { netns, file, input = "", accept = [] } = options;
  using stdin = MemoryFile.create(input);
  using stdout = MemoryFile.create();
  using stderr = MemoryFile.create();
  const exit = await childExit(() => start(options, [stdin.fd, stdout.fd, stderr.fd]));
  const exitCode = "exitCode" in exit ? exit.exitCode : undefined;
  if (exitCode === undefined || (exitCode !== 0 && !accept.includes(exitCode))) {
    const said = stderr.text().trim();
    const inputLine = offendingLine(input, said);
    const where = inputLine === undefined ? "" : `; at: ${inputLine}`;
    throw new ProgramError(`${file} in netns ${netns.name}: ${said || describe(exit)}${where}`, {
      stderr: said,
      inputLine,
    });
  }
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

function start(
  { netns, file, args, env = {} }: RestoreOptions,
  streams: readonly [number, number, number],
): number {
  const path = pathByFile.get(file) ?? findProgram(file);
  if (path === undefined) throw missing(file);
  pathByFile.set(file, path);
  return netns.enter(() => spawnHere({ path, args, env: programEnvironment(env), streams }));
}

function describe(exit: ChildExit): string {
  return "signal" in exit ? `was ended by signal ${exit.signal}` : `exit status ${exit.exitCode}`;
}

/**
 * The line of a payload that a message of iptables-restore, nft or ipset is about.
 *
 *     Error occurred at line: 3          iptables-restore, when it reads
 *     line 3: RULE_APPEND failed (…)     iptables-restore, when the kernel refuses
 *     /dev/stdin:3:8-8: Error: …         nft
 *     Error in line 3: …                 ipset
 *
 * iptables-restore notices at COMMIT that a chain is missing: then the line is the first that names it.
 */
export function offendingLine(payload: string, message: string): string | undefined {
  const number = /\bline:? (\d+)|^\S+:(\d+):\d+-\d+: Error/im.exec(message);
  const lines = payload.split("\n");
  const line = lines[Number(number?.[1] ?? number?.[2]) - 1]?.trim();
  if (line !== "COMMIT") return line;
  const culprit = /'(?<name>[^']+)'/.exec(message)?.groups?.["name"];
  const naming = lines.find((text) => text.split(/\s+/).some((word) => word === culprit));
  return naming?.trim() ?? line;
}

function missing(file: string): HostError {
  return new HostError("HOST_PROGRAM", `${file}: not installed`, {
    hint: `install ${packageOf(file) ?? `the package that has ${file}`}`,
  });
}
