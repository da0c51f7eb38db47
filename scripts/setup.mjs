/**
 * Installs the programs that podwire drives, from Debian's packages, and CoreDNS, which
 * Debian has not. Idempotent; looks at the PATH and into the cache and at nothing else when nothing is
 * missing. Without root it installs no package and says which command would.
 *
 *     npm run setup            what labs need
 *     npm run setup -- FILE…   and what labs of these topologies need besides
 *     npm run setup -- --test  and what the tests compare with
 *     npm run setup -- --machine  and what the virtual machine of `npm run vm` needs
 */
import { existsSync } from "node:fs";
import { bootstrap } from "./bootstrap.mjs";

bootstrap();
// Only now: in a fresh clone there are no packages before.
const { $ } = await import("zx");
const { missingPrograms } = await import("../dist/src/kernel/programs/programs.js");
const { needsOfFile } = await import("../dist/src/lab/needs/file-needs.js");
const { findCoreDns } = await import("../dist/src/kernel/coredns/find-coredns.js");
const { obtainCoreDns } = await import("../dist/src/kernel/coredns/obtain-coredns.js");

const purposes = [
  "lab",
  ...["test", "machine"].filter((purpose) => process.argv.includes(`--${purpose}`)),
];
const files = process.argv.slice(2).filter((word) => /\.ya?ml$/.test(word) && existsSync(word));
const needs = files.flatMap(needsOfFile);
const missing = missingPrograms(purposes, needs);
if (missing.length > 0)
  await install([...new Set(missing.map((program) => program.debianPackage))]);
await provideCoreDns();

/** Labs can do without it, so it is no reason to stop. */
async function provideCoreDns() {
  const say = (line) => process.stderr.write(`podwire: ${line}\n`);
  if (findCoreDns() !== undefined) return;
  const file = await obtainCoreDns({ say });
  if (file !== undefined) {
    say(`CoreDNS is at ${file}`);
    return;
  }
  say("there is no CoreDNS: labs need `dns: {enabled: false}` in their topology");
  say("to have it, install Go 1.25 or newer, or set PODWIRE_COREDNS to the program, and try again");
}

async function install(packages) {
  for (const { name, purpose } of missing) {
    process.stderr.write(`podwire: ${name} is missing: ${purpose}\n`);
  }
  if (process.getuid() !== 0) {
    process.stderr.write(
      `podwire: install it with\n\n    sudo apt-get install --yes --no-install-recommends ${packages.join(" ")}\n\n`,
    );
    process.exit(3);
  }
  process.stderr.write(`podwire: installing ${packages.join(" ")}\n`);
  process.env.DEBIAN_FRONTEND = "noninteractive";
  await $`apt-get update`.quiet();
  await $`apt-get install --yes --no-install-recommends ${packages}`.quiet();
  const still = missingPrograms(purposes, needs);
  if (still.length > 0) {
    process.stderr.write(`podwire: still missing: ${still.map(({ name }) => name).join(", ")}\n`);
    process.exit(3);
  }
}
