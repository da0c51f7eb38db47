/** How programs and kernel modules are installed: by which package manager, under which names. */
import { readFileSync } from "node:fs";

const distributions = ["debian", "ubuntu", "fedora"] as const;

export type Distribution = (typeof distributions)[number];

/** What brings something that is missing, as root. Ordinary users put `sudo` before it. */
export interface Remedy {
  /** Here; undefined where this machine's distribution is none of those that are known. */
  readonly fix?: string;
  /** On each that is known. */
  readonly install: Readonly<Record<Distribution, string>>;
}

/** Where Fedora calls a package otherwise than Debian. */
const fedoraNames: Readonly<Record<string, string>> = {
  iproute2: "iproute iproute-tc",
  iptables: "iptables-nft iptables-legacy",
  conntrack: "conntrack-tools",
  bird2: "bird",
  "etcd-server": "etcd",
  "etcd-client": "etcd",
  procps: "procps-ng",
  tshark: "wireshark-cli",
  "redis-server": "valkey-compat-redis",
  "busybox-static": "busybox",
  "xz-utils": "xz",
  // By what is in it: the package has the version of Kubernetes in its name.
  "kubernetes-client": "/usr/bin/kubectl",
};

/** What Ubuntu has no package of. All others are called as in Debian. */
const ubuntuCommands: Readonly<Record<string, string>> = {
  "kubernetes-client": "snap install kubectl --classic",
};

/**
 * What brings modules that a distribution's smaller kernels leave out. Of what podwire uses, Ubuntu's usual kernel leaves out VRF,
 * its kernels for clouds more; of Fedora's and its relatives' it depends on the release. On Debian it is another kernel.
 */
const moduleCommands: Remedy["install"] = {
  debian: "apt-get install linux-image-$(dpkg --print-architecture) # and boot that kernel",
  ubuntu: "apt-get install linux-modules-extra-$(uname -r)",
  fedora: "dnf install kernel-modules-extra-$(uname -r)",
};

/** Of the texts of os-release(5); undefined for one that is not known here. */
export function parseDistribution(osRelease: string): Distribution | undefined {
  const field = (name: string): string =>
    new RegExp(`^${name}="?(?<value>[^"\n]*)"?$`, "m").exec(osRelease)?.groups?.["value"] ?? "";
  const names = [field("ID"), ...field("ID_LIKE").split(" ")];
  // Ubuntu says that it is like Debian, so the nearest comes first.
  for (const name of names) {
    const known = distributions.find((each) => each === name);
    if (known !== undefined) return known;
  }
  return names.includes("rhel") ? "fedora" : undefined;
}

/** For a package that Debian calls so. */
export function packageRemedy(debianPackage: string, here: Distribution | undefined): Remedy {
  const debian = `apt-get install ${debianPackage}`;
  return remedy(here, {
    debian,
    ubuntu: ubuntuCommands[debianPackage] ?? debian,
    fedora: `dnf install ${fedoraNames[debianPackage] ?? debianPackage}`,
  });
}

/** For modules that this kernel came without. */
export function modulesRemedy(here: Distribution | undefined): Remedy {
  return remedy(here, moduleCommands);
}

/** This machine's. */
export function ownDistribution(): Distribution | undefined {
  try {
    return parseDistribution(readFileSync("/etc/os-release", "utf8"));
  } catch {
    return undefined;
  }
}

function remedy(here: Distribution | undefined, install: Remedy["install"]): Remedy {
  return { ...(here !== undefined && { fix: install[here] }), install };
}
