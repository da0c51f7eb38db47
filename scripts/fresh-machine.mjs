/**
 * `npm run fresh-machine`: what a newcomer meets. Makes a pristine Debian root with nothing but what the
 * README asks for (Node, npm, git), clones the last commit into it, runs the README's two commands there as
 * root, and prints how long each took. Needs root, debootstrap and the network.
 *
 *     npm run fresh-machine                    npm start, npm test
 *     npm run fresh-machine -- "npm start"     only these commands
 *     npm run fresh-machine -- --suite trixie  another release of Debian
 *     npm run fresh-machine -- --coredns FILE  where its published release cannot be reached: has this one
 *     npm run fresh-machine -- --go FOLDER     or has this Go, with which setup builds it: /usr/local/go
 *     npm run fresh-machine -- --timeout 7200  seconds for each command, 5400 unless given
 */
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import {
  clone,
  fail,
  makeDebian,
  provideCoreDns,
  runInside,
  trustWhatWeTrust,
} from "./debian-root.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: "string", default: "bookworm" },
    coredns: { type: "string" },
    go: { type: "string" },
    timeout: { type: "string", default: "5400" },
  },
});
const commands = positionals.length > 0 ? positionals : ["npm start", "npm test"];
const timeoutMs = Number(values.timeout) * 1_000;
if (!(timeoutMs > 0)) fail("--timeout is a number of seconds");
if (process.getuid() !== 0) fail("a fresh machine is made by root");

const machine = makeDebian(values.suite);
provide(machine);
const outcomes = [];
for (const command of commands) outcomes.push(await timed(command, machine));
const extras = [
  ...(values.coredns === undefined ? [] : ["CoreDNS given"]),
  ...(values.go === undefined ? [] : ["with Go"]),
];
process.stdout.write(
  `\n${[`Debian ${values.suite}`, `Node ${process.versions.node}`, "from a clone", ...extras].join(", ")}:\n`,
);
for (const { command, status, seconds } of outcomes) {
  const verdict = status === 0 ? "ok" : status === null ? "time was up" : `exit status ${status}`;
  process.stdout.write(
    `  ${command.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s   ${verdict}\n`,
  );
}
process.exit(outcomes.every(({ status }) => status === 0) ? 0 : 1);

/** Node and npm as this host has them, the way to the network, and a clone. */
function provide(folder) {
  cpSync(process.execPath, path.join(folder, "usr/local/bin/node"));
  const npm = path.dirname(path.dirname(realpathSync(programOnPath("npm"))));
  cpSync(npm, path.join(folder, "usr/local/lib/node_modules/npm"), { recursive: true });
  for (const name of ["npm", "npx"]) {
    const target = `../lib/node_modules/npm/bin/${name}-cli.js`;
    symlinkSync(target, path.join(folder, "usr/local/bin", name));
  }
  if (values.coredns !== undefined) provideCoreDns(folder, values.coredns);
  if (values.go !== undefined) mkdirSync(path.join(folder, "usr/local/go"));
  trustWhatWeTrust(folder);
  clone(path.join(folder, "root/podwire"));
}

async function timed(command, folder) {
  process.stdout.write(`\n$ ${command}\n`);
  const env = values.go === undefined ? {} : { FRESH_GO: path.resolve(values.go) };
  const outcome = await runInside(folder, {
    command: command.split(" "),
    cwd: "/root/podwire",
    timeoutMs,
    env,
  });
  return { command, ...outcome };
}

function programOnPath(name) {
  const found = (process.env.PATH ?? "")
    .split(":")
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file) && !file.includes("node_modules/.bin"));
  return found ?? fail(`${name}: not installed`);
}
