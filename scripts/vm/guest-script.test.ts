import { execFileSync } from "node:child_process";
import test from "ava";
import { commandScript, settingsScript } from "./guest-script.ts";

/** The script as a shell runs it, but for the line that only the machine can. */
function run(script: string): string {
  return execFileSync("sh", ["-c", script.replace(/^echo \$\$.*\n/, "")], {
    encoding: "utf8",
    env: {},
  });
}

test("words arrive as they were, whatever is in them", (t) => {
  const words = ["it's", "$HOME `id`", 'say "a\\b"', "", "two\nlines", "*"];
  const script = commandScript({
    words: [process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", ...words],
    cwd: "/",
    environment: {},
  });
  t.deepEqual(JSON.parse(run(script)), words);
});

test("variables arrive, except those that no shell can set", (t) => {
  const script = commandScript({
    words: ["env"],
    cwd: "/usr",
    environment: {
      GREETING: "it's me",
      "npm_config_//host/:x": "1",
      PWD: "/elsewhere",
      NONE: undefined,
    },
  });
  const lines = run(script).split("\n");
  t.true(lines.includes("GREETING=it's me"));
  t.true(lines.includes("PWD=/usr"));
  t.false(lines.some((line) => /^(?:npm_config|NONE)/.test(line)));
});

test("a folder that is not there is an error, not another folder", (t) => {
  const script = commandScript({ words: ["true"], cwd: "/nowhere", environment: {} });
  const error = t.throws(() => run(`exec 2>/dev/null\n${script}`));
  t.like(error, { status: 125 });
});

test("settings are shell variables", (t) => {
  const script = settingsScript({
    hostname: "h",
    release: "6.1",
    modules: "/it's",
    output: undefined,
    hasNetwork: true,
  });
  t.is(run(`${script}echo "$hostname,$release,$modules,$output,$network"`), "h,6.1,/it's,,yes\n");
});
