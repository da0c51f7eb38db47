/** Pristine Debian roots, for newcomers' machines: made by debootstrap, kept as archives. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { root } from "./bootstrap.mjs";

/** A new folder with Debian's smallest system and git in it. It is gone with this process, but by SIGKILL. */
export function makeDebian(suite) {
  const archive = archiveOf(suite);
  const folder = mkdtempSync(path.join(tmpdir(), "podwire-debian-"));
  process.on("exit", () => {
    // Whoever was killed in it may be a moment about its end.
    rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 100 });
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, (_, number) => process.exit(128 + number));
  }
  run("tar", ["--extract", "--file", archive, "--directory", folder]);
  return folder;
}

/** Making it takes a minute or two, so it is kept. */
function archiveOf(suite) {
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

/** Certificates and addresses that this host reaches the network by. */
export function trustWhatWeTrust(folder) {
  cpSync("/etc/resolv.conf", path.join(folder, "etc/resolv.conf"), { dereference: true });
  cpSync("/etc/hosts", path.join(folder, "etc/hosts"));
  const authorities = "etc/ssl/certs/ca-certificates.crt";
  cpSync(`/${authorities}`, path.join(folder, authorities));
  for (const file of extraAuthorities())
    cpSync(file, path.join(folder, file), { dereference: true });
}

/** Certificates that this host trusts besides the usual ones, by whoever told Node or npm. */
function extraAuthorities() {
  const files = [process.env.NODE_EXTRA_CA_CERTS, npmSetting("cafile")];
  return files.filter((file) => file?.startsWith("/") && existsSync(file));
}

function npmSetting(name) {
  const { stdout } = spawnSync("npm", ["config", "get", name], { encoding: "utf8" });
  return (stdout ?? "").trim();
}

/** The last commit, as a newcomer gets it. */
export function clone(folder) {
  run("git", ["clone", "--quiet", "--no-hardlinks", root, folder]);
}

/**
 * Runs a command in such a root on this host's kernel, in namespaces that end with it, with a login's environment and what
 * this host needs to reach registries. @returns its exit status, null when its time was up, and how long it took.
 */
export function runInside(folder, { command, cwd, timeoutMs, env = {} }) {
  const namespaces = ["--mount", "--pid", "--fork", "--uts", "--ipc", "--kill-child"];
  const script = path.join(root, "scripts/inside-debian-root.sh");
  return runTimed("unshare", [...namespaces, script, folder, cwd, ...command], {
    env: { ...environment(), ...env },
    timeout: timeoutMs,
  });
}

/** A program that ends with this process, whatever ends it. @returns as {@link runInside}. */
export async function runTimed(program, args, options = {}) {
  const startedAt = performance.now();
  const child = spawn("setpriv", ["--pdeathsig=KILL", program, ...args], {
    ...options,
    stdio: ["ignore", "inherit", "inherit"],
    killSignal: "SIGKILL",
  });
  const end = () => child.kill("SIGKILL");
  // Before the folder that it is in.
  process.prependListener("exit", end);
  const [status] = await once(child, "exit");
  process.off("exit", end);
  return { status, seconds: (performance.now() - startedAt) / 1_000 };
}

function environment() {
  const proxies = Object.entries(process.env).filter(([name]) => /^(https?|no)_proxy$/i.test(name));
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    HOME: "/root",
    LANG: "C.UTF-8",
    ...wayToRegistries(),
    ...Object.fromEntries(proxies),
  };
}

/** Variables by which npm reaches what this host's npm does. apt and git find certificates in the system's own file. */
export function wayToRegistries() {
  const [authorities] = extraAuthorities();
  return {
    npm_config_registry: npmSetting("registry"),
    ...(authorities !== undefined && { NODE_EXTRA_CA_CERTS: authorities }),
  };
}

/** On the PATH: then setup looks for no other. */
export function provideCoreDns(folder, file) {
  cpSync(file, path.join(folder, "usr/local/bin/coredns"), { dereference: true });
}

export function run(program, args) {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (error !== undefined) fail(`${program}: ${error.message}`);
  if (status !== 0) fail(`${program} ended with exit status ${status}`);
}

export function say(line) {
  process.stderr.write(`podwire: ${line}\n`);
}

export function fail(message) {
  say(message);
  process.exit(3);
}
