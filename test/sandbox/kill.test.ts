/** Whatever is killed, and whenever: nothing is left behind. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import test from "ava";
import { execa, type ResultPromise } from "execa";
import { until } from "../../src/base/until.ts";
import { patience } from "../patience.ts";
import type { EntryAnswer } from "./entry.ts";
import { ask, findLab, type HostProcess, hostState, processesMarked } from "./host.ts";

/** Nobody's: nothing on the host belongs to it. */
const ORDINARY_UID = 64_321;
const LAUNCHER = path.join(import.meta.dirname, "launcher.js");

const options = { reject: false, stdin: "pipe", cleanup: true } as const;
type Launcher = ResultPromise<typeof options>;

const users =
  process.getuid?.() === 0
    ? [
        { user: "root", become: [] },
        {
          user: "an ordinary user",
          become: [
            "setpriv",
            `--reuid=${ORDINARY_UID}`,
            `--regid=${ORDINARY_UID}`,
            "--clear-groups",
          ],
        },
      ]
    : [{ user: "this user", become: [] }];

/** From the first sign of life on. Each waits for its process or for its word. */
const moments = {
  "unshare has begun": (mark: string) => find(mark, isUnshare),
  "the first process inside has begun": (mark: string) => find(mark, isInside),
  "the inside has taken its name": (mark: string) => Promise.resolve(findLab(mark)),
  "everything is built": answerOf,
} as const;

const victims = { launcher: isLauncher, unshare: isUnshare, "first process inside": isInside };

type Moment = keyof typeof moments;
type Victim = keyof typeof victims;

for (const { user, become } of users) {
  for (const lifetime of ["attached", "detached"] as const) {
    for (const moment of Object.keys(moments) as Moment[]) {
      for (const victim of Object.keys(victims) as Victim[]) {
        test.serial(`as ${user}, ${lifetime}: kill the ${victim} when ${moment}`, async (t) => {
          const before = await hostState();
          const mark = newMark();
          const launcher = launch(become, mark, lifetime);
          await eventually<unknown>((): Promise<unknown> => moments[moment](mark));
          const target = await find(mark, victims[victim]);
          // Before its time the inside is not there; then there is no such moment.
          if (target !== undefined) process.kill(target.pid, "SIGKILL");
          else launcher.kill("SIGKILL");
          // The launcher stays, when it was not the one, and notices.
          await eventually(async () => insideOf(mark).length === 0 || undefined);
          launcher.kill("SIGKILL");
          await launcher;
          await eventually(() => nothingLeft(mark));
          t.deepEqual(await hostState(), before);
        });
      }
    }
  }

  test.serial(`as ${user}: an attached sandbox too busy to notice ends all the same`, async (t) => {
    const mark = newMark();
    const launcher = launch([...become, "env", "PODWIRE_TEST_BUSY=1"], mark, "attached");
    const [line] = await once(createInterface({ input: launcher.stdout }), "line");
    t.regex(line, /^{"pid":\d+}$/);
    launcher.kill("SIGKILL");
    await launcher;
    t.true(await eventually(() => nothingLeft(mark)));
  });

  test.serial(`as ${user}: a detached sandbox outlives its launcher, killed or not`, async (t) => {
    const before = await hostState();
    for (const end of ["kill", "exit"] as const) {
      const mark = newMark();
      const launcher = launch(become, mark, "detached");
      const lines = createInterface({ input: launcher.stdout })[Symbol.asyncIterator]();
      const { pid } = JSON.parse((await lines.next()).value) as { pid: number };
      launcher.stdin.write("detach\n");
      t.is((await lines.next()).value, '{"detached":true}');
      if (end === "kill") launcher.kill("SIGKILL");
      else launcher.stdin.end();
      const { exitCode, signal } = await launcher;
      t.deepEqual([exitCode, signal], end === "kill" ? [undefined, "SIGKILL"] : [0, undefined]);
      const answer = await eventually(() => answerOf(mark));
      t.is(answer.hostPid, pid);
      t.is(terminalOf(pid), 0);
      process.kill(pid, "SIGKILL");
      await eventually(() => nothingLeft(mark));
    }
    t.deepEqual(await hostState(), before);
  });

  test.serial(
    `as ${user}: a launcher that ends without letting go takes the sandbox along`,
    async (t) => {
      const before = await hostState();
      for (const lifetime of ["attached", "detached"] as const) {
        const mark = newMark();
        const launcher = launch(become, mark, lifetime);
        await eventually(() => answerOf(mark));
        launcher.kill("SIGTERM");
        await launcher;
        await eventually(() => nothingLeft(mark));
      }
      t.deepEqual(await hostState(), before);
    },
  );
}

/** A process that is ending loses its memory, and so its mark, before its descriptors. */
async function nothingLeft(mark: string): Promise<true | undefined> {
  return (processesMarked(mark).length === 0 && findLab(mark) === undefined) || undefined;
}

function newMark(): string {
  return `test-${randomBytes(6).toString("hex")}`;
}

function launch(become: readonly string[], mark: string, lifetime: string): Launcher {
  const [file = "", ...args] = [...become, process.execPath, LAUNCHER, mark, lifetime];
  return execa(file, args, options);
}

function eventually<T>(probe: () => Promise<T | undefined>): Promise<T> {
  return until(probe, { intervalMs: 2, signal: patience(15_000) });
}

async function find(
  mark: string,
  is: (candidate: HostProcess) => boolean,
): Promise<HostProcess | undefined> {
  return processesMarked(mark).find(is);
}

async function answerOf(mark: string): Promise<EntryAnswer | undefined> {
  const lab = findLab(mark);
  return lab === undefined ? undefined : await ask(lab);
}

/** Number of the controlling terminal; 0 is none. proc(5): field 7 of stat, the fifth after the name in parentheses. */
function terminalOf(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1) ?? "";
  return Number(afterName.split(" ")[4]);
}

function insideOf(mark: string): readonly HostProcess[] {
  return processesMarked(mark).filter(({ namespacePids }) => namespacePids.length > 1);
}

function isLauncher({ commandLine }: HostProcess): boolean {
  return commandLine.includes(`${process.execPath} ${LAUNCHER}`);
}

function isUnshare({ commandLine, namespacePids }: HostProcess): boolean {
  return /^\S*unshare /.test(commandLine) && namespacePids.length === 1;
}

function isInside({ namespacePids }: HostProcess): boolean {
  return namespacePids.length > 1 && namespacePids.at(-1) === 1;
}
