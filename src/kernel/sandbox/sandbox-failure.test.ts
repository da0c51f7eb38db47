import test from "ava";
import { explainFailure } from "./sandbox-failure.ts";

const refused = "unshare: unshare failed: Operation not permitted\n";
const exit = { exitCode: 1, signal: undefined };

const cases = [
  { title: "root without the capability", policy: { isRoot: true }, hint: /SYS_ADMIN/ },
  {
    title: "Debian's switch",
    policy: { isRoot: false, unprivilegedUserns: "0" },
    hint: /sysctl kernel\.unprivileged_userns_clone=1/,
  },
  {
    title: "Ubuntu's switch",
    policy: { isRoot: false, apparmorRestriction: "1" },
    hint: /sysctl kernel\.apparmor_restrict_unprivileged_userns=0/,
  },
  {
    title: "a limit of none",
    policy: { isRoot: false, maxUserNamespaces: "0" },
    hint: /sysctl user\.max_user_namespaces=/,
  },
  {
    title: "anything else",
    policy: { isRoot: false, maxUserNamespaces: "96365" },
    hint: /run as root/,
  },
];

for (const { title, policy, hint } of cases) {
  test(`refused namespaces: the hint names ${title}`, (t) => {
    const error = explainFailure(refused, exit, policy);
    t.is(error.code, "HOST_NAMESPACES");
    t.is(error.message, "namespaces refused: unshare: unshare failed: Operation not permitted");
    t.regex(error.hint ?? "", hint);
  });
}

test("an entry that fails is quoted, not blamed on the host's namespaces", (t) => {
  const error = explainFailure("file.js:3\n\nSyntaxError: unexpected token\n  at x\n", exit, {
    isRoot: true,
  });
  t.is(error.code, "HOST_SANDBOX");
  t.is(error.message, "the sandbox ended before it was ready: SyntaxError: unexpected token");
});

test("an entry that is killed without a word is told by its signal", (t) => {
  const error = explainFailure("", { exitCode: undefined, signal: "SIGKILL" }, { isRoot: true });
  t.is(error.message, "the sandbox ended before it was ready: SIGKILL");
});
