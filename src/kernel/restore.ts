/** Programs that read a whole payload on standard input: run, and blamed by the line. */
import { HostError, ProgramError } from "../base/podwire-error.ts";
import type { Netns } from "./netns.ts";
import { spawnIn } from "./process.ts";
import { packageOf } from "./programs.ts";

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

/**
 * @throws ProgramError with the program's own message and the line of `input` it is about;
 *   HostError when there is no such program.
 */
export async function runRestore(options: RestoreOptions): Promise<RestoreOutcome> {
  const { netns, file, args, input = "", env = {}, accept = [] } = options;
  const { exitCode, stdout, stderr, failed, code, shortMessage } = await spawnIn(
    { netns },
    file,
    args,
    { input, env, reject: false, stripFinalNewline: false },
  );
  if (code === "ENOENT") throw missing(file);
  if (failed && (exitCode === undefined || !accept.includes(exitCode))) {
    const said = stderr.trim();
    const inputLine = offendingLine(input, said);
    const where = inputLine === undefined ? "" : `; at: ${inputLine}`;
    throw new ProgramError(`${file} in netns ${netns.name}: ${said || shortMessage}${where}`, {
      stderr: said,
      inputLine,
    });
  }
  return { exitCode: exitCode ?? 0, stdout, stderr };
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
