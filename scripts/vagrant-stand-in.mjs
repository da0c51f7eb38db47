/**
 * `npm run vagrant-stand-in`: what `vagrant up` does, where Vagrant or its boxes cannot be had. Makes a pristine Debian root,
 * boots it in a virtual machine with Debian's own kernel, and runs there what the Vagrantfile has run:
 * scripts/provision.sh, to the end. Captures and reports appear in podwire-output/vagrant, as in Vagrant's synced folder. Needs
 * root, debootstrap, QEMU and the network; under an emulated processor half an hour.
 *
 *     npm run vagrant-stand-in
 *     npm run vagrant-stand-in -- --suite trixie  another release of Debian
 *     npm run vagrant-stand-in -- --coredns FILE  where its published release cannot be reached: has this one
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./bootstrap.mjs";
import {
  clone,
  extraAuthorities,
  fail,
  makeDebian,
  npmSetting,
  provideCoreDns,
  run,
  trustWhatWeTrust,
} from "./debian-root.mjs";

const { values } = parseArgs({
  options: { suite: { type: "string", default: "bookworm" }, coredns: { type: "string" } },
});
if (process.getuid() !== 0) fail("a Debian root is made by root");

const output = path.join(root, "podwire-output/vagrant");
mkdirSync(output, { recursive: true });
const machine = makeDebian(values.suite);
let status = 1;
const startedAt = performance.now();
try {
  trustWhatWeTrust(machine);
  clone(path.join(machine, "vagrant"));
  if (values.coredns !== undefined) provideCoreDns(machine, values.coredns);
  // As boxes have it.
  run("chroot", [machine, "useradd", "--create-home", "--shell", "/bin/bash", "vagrant"]);
  run("chroot", [machine, "chown", "-R", "vagrant:", "/vagrant"]);
  const script = [
    "set -eu",
    `export npm_config_registry=${npmSetting("registry")}`,
    // apt and git find what is in the system's own file.
    ...extraAuthorities().map((file) => `export NODE_EXTRA_CA_CERTS=${file}`),
    "mkdir -p /vagrant/podwire-output",
    'mount --bind "$0" /vagrant/podwire-output',
    // Vagrant's synced folder is its user's, too.
    "chown vagrant: /vagrant/podwire-output",
    "sh /vagrant/scripts/provision.sh /vagrant vagrant",
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
  ({ status } = spawnSync(
    process.execPath,
    [
      path.join(root, "scripts/vm.mjs"),
      ...options,
      "--timeout",
      "5400",
      "sh",
      "-c",
      script,
      output,
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  ));
} finally {
  rmSync(machine, { recursive: true, force: true });
}
const minutes = ((performance.now() - startedAt) / 60_000).toFixed(1);
process.stdout.write(
  `\nDebian ${values.suite}, provisioned in a virtual machine in ${minutes} minutes: ${status === 0 ? "ok" : `exit status ${status}`}\n`,
);
process.exit(status ?? 1);
