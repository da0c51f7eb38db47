/**
 * `npm run vagrant-stand-in`: what `vagrant up` does, where Vagrant or its boxes cannot be had. Makes a pristine Debian root,
 * boots it in a virtual machine with Debian's own kernel, and runs there what the Vagrantfile has run:
 * scripts/provision.sh, to the end. Captures and reports appear in podwire-output/vagrant, as in Vagrant's synced folder. Needs
 * root, debootstrap, QEMU and the network; under an emulated processor an hour.
 *
 *     npm run vagrant-stand-in
 *     npm run vagrant-stand-in -- --suite trixie  another release of Debian
 *     npm run vagrant-stand-in -- --coredns FILE  where its published release cannot be reached: has this one
 *     npm run vagrant-stand-in -- --twice         runs the script on this host's kernel first, which installs everything, and
 *                                                 then in the machine: for emulated processors
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bootstrap.mjs";
import {
  clone,
  fail,
  makeDebian,
  provideCoreDns,
  run,
  runInside,
  runTimed,
  trustWhatWeTrust,
  wayToRegistries,
} from "./debian-root.mjs";

const { values } = parseArgs({
  options: {
    suite: { type: "string", default: "bookworm" },
    coredns: { type: "string" },
    twice: { type: "boolean", default: false },
  },
});
if (process.getuid() !== 0) fail("a Debian root is made by root");

const provision = ["sh", "/vagrant/scripts/provision.sh", "/vagrant", "vagrant"];
const timeoutMs = 5_400_000;
const output = path.join(root, "podwire-output/vagrant");
const capture = path.join(output, "node01.pcapng");
mkdirSync(output, { recursive: true });
rmSync(capture, { force: true });
const machine = makeDebian(values.suite);
const outcomes = [];
provide(machine);
if (values.twice) {
  const prepared = await runInside(machine, { command: provision, cwd: "/vagrant", timeoutMs });
  outcomes.push({ what: "provisioned on this host's kernel", ...prepared });
}
if (outcomes.every(({ status }) => status === 0)) outcomes.push(await inMachine());
process.stdout.write(`\nDebian ${values.suite}:\n`);
for (const { what, status, seconds } of outcomes) {
  const verdict = status === 0 ? "ok" : status === null ? "time was up" : `exit status ${status}`;
  const minutes = (seconds / 60).toFixed(1);
  process.stdout.write(`  ${what.padEnd(34)} ${minutes.padStart(6)} minutes   ${verdict}\n`);
}
const hasWorked = outcomes.every(({ status }) => status === 0) && isReadable();
process.exit(hasWorked ? 0 : 1);

/** As boxes have it. */
function provide(folder) {
  trustWhatWeTrust(folder);
  clone(path.join(folder, "vagrant"));
  if (values.coredns !== undefined) provideCoreDns(folder, values.coredns);
  run("chroot", [folder, "useradd", "--create-home", "--shell", "/bin/bash", "vagrant"]);
  run("chroot", [folder, "chown", "-R", "vagrant:", "/vagrant"]);
}

async function inMachine() {
  const script = [
    "set -eu",
    ...Object.entries(wayToRegistries()).map(([name, value]) => `export ${name}=${value}`),
    "mkdir -p /vagrant/podwire-output",
    'mount --bind "$0" /vagrant/podwire-output',
    // Vagrant's synced folder is its user's, too.
    "chown vagrant: /vagrant/podwire-output",
    provision.join(" "),
    // What `vagrant ssh -c` would do first: see that it is there, and keep a capture.
    "cd /vagrant",
    'as_user() { setpriv --reuid=vagrant --regid=vagrant --init-groups --reset-env "$@"; }',
    "as_user node bin/podwire.js up topologies/minimal.yaml",
    "as_user node bin/podwire.js capture node/node01 -w podwire-output/node01.pcapng --count 8 &",
    // Until it has what it wants.
    "while kill -0 $! 2> /dev/null; do as_user node bin/podwire.js probe node/node01 svc/default/web --http --count 20 > /dev/null; done",
    "wait $!",
    "as_user node bin/podwire.js down minimal",
  ].join("\n");
  const options = ["--root", machine, "--network", "--output", output, "--memory", "4096"];
  const limit = ["--timeout", String(timeoutMs / 1_000)];
  const vm = [path.join(root, "scripts/vm.mjs"), ...options, ...limit, "sh", "-c", script, output];
  return { what: "provisioned in a virtual machine", ...(await runTimed(process.execPath, vm)) };
}

/** By somebody else's program, outside the machine. */
function isReadable() {
  if (!existsSync(capture)) return false;
  const { status, stdout, error } = spawnSync("tshark", ["-r", capture], { encoding: "utf8" });
  const packets = (stdout ?? "").split("\n").filter((line) => line !== "").length;
  const told = error === undefined ? `tshark reads ${packets} packets` : "NOT CHECKED, no tshark";
  process.stdout.write(`  ${path.relative(root, capture)}: ${told}\n`);
  return error !== undefined || (status === 0 && packets > 0);
}
