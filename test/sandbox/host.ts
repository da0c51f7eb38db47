/** What the host shows of a sandbox: everything by which something could be left behind. */
import { readdirSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { execa } from "execa";
import { connectLab, listLabs, type RunningLab } from "../../src/kernel/sandbox/lab-socket.ts";
import type { EntryAnswer } from "./entry.ts";

export interface HostProcess {
  readonly pid: number;
  readonly commandLine: string;
  /** One number per PID namespace, the host's first. */
  readonly namespacePids: readonly number[];
}

interface Process extends HostProcess {
  readonly parentPid: number;
  /** Command line and environment. */
  readonly words: string;
}

/**
 * The processes that carry this mark in their environment or on their command line, also inside sandboxes, and all that
 * these have started: a lab's first process carries it, what runs in a pod has an environment of its own.
 */
export function processesMarked(mark: string): readonly HostProcess[] {
  const all = processes();
  const found = new Set(all.filter(({ words }) => words.includes(mark)).map(({ pid }) => pid));
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parentPid } of all) if (found.has(parentPid)) found.add(pid);
  }
  return all
    .filter(({ pid }) => found.has(pid))
    .map(({ pid, commandLine, namespacePids }) => ({ pid, commandLine, namespacePids }));
}

/** All but this one. */
function processes(): readonly Process[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const [commandLine = "", environment = "", status = ""] = [
          "cmdline",
          "environ",
          "status",
        ].map((file) => readFileSync(`/proc/${pid}/${file}`, "utf8"));
        return [
          {
            pid: Number(pid),
            parentPid: Number(fieldOf(status, "PPid")),
            commandLine: commandLine.replaceAll("\0", " "),
            namespacePids: fieldOf(status, "NSpid").split("\t").map(Number),
            words: `${commandLine}${environment}`,
          },
        ];
      } catch {
        // Another user's, or it has ended meanwhile.
        return [];
      }
    });
}

function fieldOf(status: string, name: string): string {
  return new RegExp(`^${name}:\\t(.*)$`, "m").exec(status)?.[1] ?? "";
}

/** What must be the same before and after. */
export async function hostState(): Promise<object> {
  const { stdout: links } = await execa("ip", ["-o", "link"]);
  return {
    devices: links.split("\n").map((row) => row.split(":")[1]),
    mounts: readFileSync("/proc/self/mounts", "utf8"),
    run: readdirSync("/run"),
    netns: readdirSync("/run/").includes("netns") ? readdirSync("/run/netns") : [],
  };
}

export function findLab(name: string): RunningLab | undefined {
  return listLabs().find((lab) => lab.name === name);
}

/** Undefined while nobody listens, or nobody has answered before it ended. */
export async function ask(lab: RunningLab): Promise<EntryAnswer | undefined> {
  try {
    const answer = await text(connectLab(lab));
    return answer === "" ? undefined : JSON.parse(answer);
  } catch {
    return undefined;
  }
}
