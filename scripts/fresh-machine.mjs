/**
 * `npm run fresh-machine`: what a newcomer meets. Makes a pristine Debian root with nothing but what the
 * README asks for (Node, npm, git), clones the last commit into it, runs the README's two commands there as
 * root, and prints how long each took. Needs root, debootstrap and the network.
 *
 *     npm run fresh-machine                    npm start, npm test
 *     npm run fresh-machine -- "npm start"     only these commands
 *     npm run fresh-machine -- --suite trixie  another release of Debian
 *     npm run fresh-machine -- --coredns FILE  where its published release cannot be reached: has this one
 */
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bootstrap.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { suite: { type: "string", default: "bookworm" }, coredns: { type: "string" } },
});
const commands = positionals.length > 0 ? positionals : ["npm start", "npm test"];
if (process.getuid() !== 0) fail("a fresh machine is made by root");

const base = baseOf(values.suite);
const machine = mkdtempSync(path.join(tmpdir(), "podwire-fresh-"));
let outcomes = [];
try {
  provide(machine, base);
  outcomes = commands.map((command) => timed(command, machine));
} finally {
  rmSync(machine, { recursive: true, force: true });
}
process.stdout.write(
  `\nDebian ${values.suite}, Node ${process.versions.node}, from a clone${values.coredns === undefined ? "" : ", CoreDNS given"}:\n`,
);
for (const { command, status, seconds } of outcomes) {
  const verdict = status === 0 ? "ok" : `exit status ${status}`;
  process.stdout.write(
    `  ${command.padEnd(24)} ${seconds.toFixed(1).padStart(7)} s   ${verdict}\n`,
  );
}
process.exit(outcomes.every(({ status }) => status === 0) ? 0 : 1);

/** Debian's smallest system with git, kept as an archive: making it takes a minute or two. */
function baseOf(suite) {
  const folder = path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), ".cache"), "podwire");
  const archive = path.join(folder, `debian-${suite}.tar`);
  if (existsSync(archive)) return archive;
  say(`making a Debian ${suite}`);
  mkdirSync(folder, { recursive: true });
  const made = mkdtempSync(path.join(tmpdir(), "podwire-debian-"));
  try {
    const options = ["--variant=minbase", "--include=ca-certificates,git"];
    run("debootstrap", [...options, suite, made, ...mirror()]);
    run("tar", ["--create", "--file", `${archive}.${process.pid}`, "--directory", made, "."]);
    run("mv", [`${archive}.${process.pid}`, archive]);
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
  return archive;
}

/** This host's own, if it has one. */
function mirror() {
  const { stdout } = spawnSync("apt-get", ["indextargets", "--format", "$(ORIGIN) $(REPO_URI)"], {
    encoding: "utf8",
  });
  const uris = (stdout ?? "").split("\n").map((line) => /^Debian (\S+)/.exec(line)?.[1]);
  return uris.filter((uri) => uri !== undefined && !uri.includes("security")).slice(0, 1);
}

/** Node and npm as this host has them, the way to the network, and a clone. */
function provide(folder, archive) {
  run("tar", ["--extract", "--file", archive, "--directory", folder]);
  cpSync(process.execPath, path.join(folder, "usr/local/bin/node"));
  const npm = path.dirname(path.dirname(realpathSync(programOnPath("npm"))));
  cpSync(npm, path.join(folder, "usr/local/lib/node_modules/npm"), { recursive: true });
  for (const name of ["npm", "npx"]) {
    const target = `../lib/node_modules/npm/bin/${name}-cli.js`;
    symlinkSync(target, path.join(folder, "usr/local/bin", name));
  }
  if (values.coredns !== undefined) {
    cpSync(values.coredns, path.join(folder, "usr/local/bin/coredns"), { dereference: true });
  }
  cpSync("/etc/resolv.conf", path.join(folder, "etc/resolv.conf"), { dereference: true });
  cpSync("/etc/hosts", path.join(folder, "etc/hosts"));
  const authorities = "etc/ssl/certs/ca-certificates.crt";
  cpSync(`/${authorities}`, path.join(folder, authorities));
  for (const file of extraAuthorities())
    cpSync(file, path.join(folder, file), { dereference: true });
  run("git", ["clone", "--quiet", "--no-hardlinks", root, path.join(folder, "root/podwire")]);
}

function timed(command, folder) {
  process.stdout.write(`\n$ ${command}\n`);
  const startedAt = performance.now();
  const namespaces = ["--mount", "--pid", "--fork", "--uts", "--ipc", "--kill-child"];
  const { status } = spawnSync(
    "unshare",
    [...namespaces, path.join(root, "scripts/fresh-machine.sh"), folder, ...command.split(" ")],
    { stdio: ["ignore", "inherit", "inherit"], env: environment() },
  );
  return { command, status, seconds: (performance.now() - startedAt) / 1_000 };
}

/** A login's, and what this host needs to reach the registry. */
function environment() {
  const { stdout } = spawnSync("npm", ["config", "get", "registry"], { encoding: "utf8" });
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  const [authorities] = extraAuthorities();
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    npm_config_registry: stdout.trim(),
    // apt and git find what is in the system's own file.
    ...(authorities !== undefined && { NODE_EXTRA_CA_CERTS: authorities }),
    ...Object.fromEntries(proxies),
  };
}

/** Certificates that this host trusts besides the usual ones, by whoever told Node or npm. */
function extraAuthorities() {
  const { stdout } = spawnSync("npm", ["config", "get", "cafile"], { encoding: "utf8" });
  const files = [process.env.NODE_EXTRA_CA_CERTS, stdout.trim()];
  return files.filter((file) => file?.startsWith("/") && existsSync(file));
}

function programOnPath(name) {
  const found = (process.env.PATH ?? "")
    .split(":")
    .map((folder) => path.join(folder, name))
    .find((file) => existsSync(file) && !file.includes("node_modules/.bin"));
  return found ?? fail(`${name}: not installed`);
}

function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error !== undefined) fail(`${program}: ${error.message}`);
  if (status !== 0) fail(`${program} ended with exit status ${status}`);
}

function say(line) {
  process.stderr.write(`podwire: ${line}\n`);
}

function fail(message) {
  say(message);
  process.exit(3);
}
