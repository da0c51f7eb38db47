import test from "ava";
import {
  type Distribution,
  modulesRemedy,
  packageRemedy,
  parseDistribution,
  type Remedy,
} from "./distribution.ts";
import { programs } from "./programs.ts";

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

const packages: ReadonlyArray<readonly [string, Remedy["install"]]> = [
  [
    "ipset",
    {
      debian: "apt-get install ipset",
      ubuntu: "apt-get install ipset",
      fedora: "dnf install ipset",
    },
  ],
  [
    "iproute2",
    {
      debian: "apt-get install iproute2",
      ubuntu: "apt-get install iproute2",
      fedora: "dnf install iproute iproute-tc",
    },
  ],
  [
    "kubernetes-client",
    {
      debian: "apt-get install kubernetes-client",
      ubuntu: "snap install kubectl --classic",
      fedora: "dnf install /usr/bin/kubectl",
    },
  ],
];

for (const [name, install] of packages) {
  test(`what Debian calls ${name} is installed by each distribution's manager under its name`, (t) => {
    t.deepEqual(packageRemedy(name, "fedora"), { fix: install.fedora, install });
    t.deepEqual(packageRemedy(name, "debian"), { fix: install.debian, install });
  });
}

test("modules that a small kernel lacks come with another package, or another kernel", (t) => {
  const { fix, install } = modulesRemedy("ubuntu");
  t.is(fix, "apt-get install linux-modules-extra-$(uname -r)");
  t.is(install.fedora, "dnf install kernel-modules-extra-$(uname -r)");
  t.regex(install.debian, /^apt-get install linux-image-.* # and boot that kernel$/);
});

test("an unknown distribution is told what the known ones do, and nothing to do itself", (t) => {
  t.false("fix" in modulesRemedy(parseDistribution("ID=alpine")));
  for (const { debianPackage } of programs) {
    const { fix, install } = packageRemedy(debianPackage, parseDistribution("ID=alpine"));
    t.is(fix, undefined);
    t.deepEqual(Object.keys(install), ["debian", "ubuntu", "fedora"]);
  }
});
