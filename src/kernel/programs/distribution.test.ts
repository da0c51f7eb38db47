import test from "ava";
import {
  type Distribution,
  installCommand,
  modulesCommand,
  parseDistribution,
} from "./distribution.ts";

const systems: ReadonlyArray<readonly [string, string, Distribution | undefined]> = [
  ["Debian", 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n', "debian"],
  ["Ubuntu", "ID=ubuntu\nID_LIKE=debian\n", "ubuntu"],
  ["Mint, which is like Ubuntu", 'ID=linuxmint\nID_LIKE="ubuntu debian"\n', "ubuntu"],
  ["Fedora", 'NAME="Fedora Linux"\nID=fedora\n', "fedora"],
  ["Rocky Linux", 'ID="rocky"\nID_LIKE="rhel centos fedora"\n', "fedora"],
  ["Alpine, which nobody here knows", "ID=alpine\n", undefined],
];

for (const [title, text, distribution] of systems) {
  test(`os-release of ${title}`, (t) => {
    t.is(parseDistribution(text), distribution);
  });
}

test("a package has the distribution's name and manager", (t) => {
  t.is(installCommand("iproute2", "debian"), "apt-get install iproute2");
  t.is(installCommand("iproute2", "fedora"), "dnf install iproute");
  t.is(installCommand("ipset", "fedora"), "dnf install ipset");
  t.is(installCommand("etcd-client", "fedora"), "dnf install etcd");
});

test("modules that a small kernel lacks come with another package", (t) => {
  t.is(
    modulesCommand("debian"),
    "apt-get install linux-image-$(dpkg --print-architecture) # and boot that kernel",
  );
  t.is(modulesCommand("ubuntu"), "apt-get install linux-modules-extra-$(uname -r)");
  t.is(modulesCommand("fedora"), "dnf install kernel-modules-extra");
});
