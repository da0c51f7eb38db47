/** `podwire doctor` on this host, as the command line runs it. */
import path from "node:path";
import test from "ava";
import { execa } from "execa";
import type { CheckResult, DoctorReport } from "../../src/lab/needs/doctor.ts";
import { hostState } from "./host.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../bin/podwire.js");
/** Nobody's: nothing on the host belongs to it. */
const ORDINARY_UID = 64_321;

const isRoot = process.getuid?.() === 0;
const ordinary = [`--reuid=${ORDINARY_UID}`, `--regid=${ORDINARY_UID}`, "--clear-groups"];
const users = [
  { user: isRoot ? "root" : "an ordinary user", become: [] },
  ...(isRoot ? [{ user: "an ordinary user", become: ["setpriv", ...ordinary] }] : []),
];

interface Examination {
  readonly exitCode: number | undefined;
  readonly report: DoctorReport;
}

async function examine(
  become: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Examination> {
  const [file = "", ...args] = [...become, process.execPath, MAIN, "doctor", "--json"];
  const { exitCode, stdout } = await execa(file, args, { reject: false, stdin: "ignore", env });
  return { exitCode, report: JSON.parse(stdout) };
}

function checksOf({ groups }: DoctorReport): readonly CheckResult[] {
  return groups.flatMap(({ checks }) => checks);
}

function named({ groups }: DoctorReport, group: string, name: string): CheckResult | undefined {
  return groups.find((each) => each.name === group)?.checks.find((each) => each.name === name);
}

for (const { user, become } of users) {
  test.serial(`as ${user}: a host that runs these tests can run labs`, async (t) => {
    const before = await hostState();
    const { exitCode, report } = await examine(become);
    const lacking = checksOf(report).filter(
      ({ state, neededBy }) => state !== "ok" && neededBy.includes("labs"),
    );
    t.deepEqual(lacking, []);
    t.is(exitCode, 0);
    t.true(report.ok);
    t.is<string, string>(report.user, user);
    t.deepEqual(await hostState(), before);
  });

  test.serial(`as ${user}: everything is tried, and what does not work says why`, async (t) => {
    const { report } = await examine(become);
    const checks = checksOf(report);
    t.true(checks.length > 60);
    for (const { name, state, said } of checks) {
      t.not(state, "untried", name);
      t.is(said === undefined, state === "ok", name);
    }
  });
}

test.serial(
  "what a missing program would have done is not tried, and the package is named",
  async (t) => {
    // Node itself is started by its path; the folders that are always looked into have no unshare.
    const { exitCode, report } = await examine([], { PATH: "/nonexistent" });
    t.is(exitCode, 3);
    t.false(report.ok);
    const unshare = named(report, "programs", "unshare");
    t.is(unshare?.state, "missing");
    const sudo = isRoot ? "" : "sudo ";
    t.deepEqual(unshare?.install, {
      debian: `${sudo}apt-get install util-linux`,
      ubuntu: `${sudo}apt-get install util-linux`,
      fedora: `${sudo}dnf install util-linux`,
    });
    t.is(unshare?.fix, report.distribution && unshare?.install?.[report.distribution]);
    t.is(named(report, "devices", "veth")?.state, "untried");
  },
);

const mayDrop = isRoot ? test.serial : test.serial.skip;

mayDrop(
  "without CAP_SYS_ADMIN the kernel's refusal is quoted, namespace by namespace",
  async (t) => {
    const { exitCode, report } = await examine(["setpriv", "--bounding-set=-sys_admin"]);
    t.is(exitCode, 3);
    for (const name of ["network", "mount", "PID", "UTS"]) {
      const check = named(report, "namespaces", name);
      t.is(check?.state, "refused");
      t.regex(check?.said ?? "", /^unshare: .*Operation not permitted/);
    }
    t.is(named(report, "iptables", "target DNAT")?.state, "untried");
  },
);
