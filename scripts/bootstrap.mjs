/**
 * Makes a fresh clone runnable with Node alone: npm's packages, then the
 * compiled program. Costs a few file looks when nothing has changed. Plain Node,
 * because it runs before anything is installed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");

export function bootstrap() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`podwire needs Node 20.19 or newer; this is ${process.versions.node}`);
  }
  installPackages();
  build();
}

/** npm writes node_modules/.package-lock.json when it is done, so its age tells. */
function installPackages() {
  const installed = path.join(root, "node_modules/.package-lock.json");
  const isCurrent = existsSync(installed) && ageOf(installed) >= ageOf("package-lock.json");
  if (isCurrent) return;
  // Not `npm ci`: the lock names versions and no hosts, so that any registry will do, and `ci` then
  // takes the packages of other platforms for missing. The lock decides all the same.
  const options = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  run("npm", ["install", ...options], "installing npm's packages");
}

function build() {
  const stamp = path.join(root, "dist/.built");
  const sources = ["src", "test", "bench", "scripts"].flatMap((folder) =>
    existsSync(path.join(root, folder))
      ? readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((name) =>
          path.join(folder, name),
        )
      : [],
  );
  const newest = Math.max(
    ...[...sources, "scripts/bundle.mjs", "tsconfig.json", "package-lock.json"].map(ageOf),
  );
  if (existsSync(stamp) && ageOf(stamp) >= newest) return;
  run(process.execPath, ["node_modules/typescript/bin/tsc"], "building");
  run(process.execPath, ["scripts/bundle.mjs"], "bundling");
  writeFileSync(stamp, "");
}

/** Milliseconds since the epoch. */
function ageOf(file) {
  return statSync(path.resolve(root, file)).mtimeMs;
}

function run(command, args, purpose) {
  process.stderr.write(`podwire: ${purpose}\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ["ignore", process.stderr, process.stderr],
  });
  if (error !== undefined) fail(`${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

function fail(message) {
  process.stderr.write(`podwire: ${message}\n`);
  process.exit(3);
}
