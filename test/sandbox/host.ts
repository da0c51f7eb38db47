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

/** The processes that carry this mark in their environment or on their command line, also inside sandboxes. */
export function processesMarked(mark: string): readonly HostProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      try {
        const [commandLine, environment, status] = ["cmdline", "environ", "status"].map((file) =>
          readFileSync(`/proc/${pid}/${file}`, "utf8"),
        );
        if (!`${commandLine}${environment}`.includes(mark)) return [];
        const namespacePids = /^NSpid:\t(?<pids>.*)$/m.exec(status ?? "")?.groups?.["pids"] ?? "";
        return [
          {
            pid: Number(pid),
            commandLine: (commandLine ?? "").replaceAll("\0", " "),
            namespacePids: namespacePids.split("\t").map(Number),
          },
        ];
      } catch {
        // Another user's, or it has ended meanwhile.
        return [];
      }
    });
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
