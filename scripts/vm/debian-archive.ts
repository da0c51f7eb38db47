/**
 * Debian's kernels by version, also those of other releases than this host's: from this host's own
 * mirror, with package lists of our own, so that no privileges are needed and nothing about the
 * host's packages changes. apt checks the signatures.
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { HostError } from "../../src/base/podwire-error.ts";

/** Where kernels are looked for, first the host's own release. */
const SUITES: readonly string[] = [
  "bookworm",
  "bookworm-backports",
  "trixie",
  "trixie-backports",
  "forky",
  "sid",
];
const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

export interface KernelPackage {
  /** `linux-image-6.1.0-56-amd64` */
  readonly name: string;
  /** `6.1.192-2` */
  readonly version: string;
}

/** apt's options that make it use the host's lists, or ours. */
type Lists = readonly string[];

/**
 * The newest kernel of a version such as `6.1` or `6.12`.
 *
 * @param folder where our own package lists go.
 * @returns the path of the package, downloaded into `into`.
 */
export async function downloadKernel(
  version: string,
  { folder, into }: { folder: string; into: string },
): Promise<string> {
  const own = await findKernel(version, []);
  if (own !== undefined) return download(own, [], into);
  for (const suite of SUITES) {
    const lists = await listsOf(suite, folder);
    const found = lists === undefined ? undefined : await findKernel(version, lists);
    if (found !== undefined) return download(found, lists ?? [], into);
  }
  throw new HostError("HOST_FEATURE", `Debian has no kernel ${version}`, {
    hint: "name one that it has, such as 6.1 or 6.12, or a package: --kernel ./linux-image.deb",
  });
}

/** By what the package depends on that always names the current kernel. */
async function findKernel(version: string, lists: Lists): Promise<KernelPackage | undefined> {
  const { stdout } = await execa("apt-cache", [...lists, "show", "linux-image-amd64"], {
    reject: false,
  });
  return parseKernelPackages(stdout).find(
    (found) => found.version === version || found.version.startsWith(`${version}.`),
  );
}

/** Of `Depends: linux-image-6.1.0-56-amd64 (= 6.1.192-2)`, the newest first, as apt-cache has them. */
export function parseKernelPackages(text: string): readonly KernelPackage[] {
  const pattern = /^Depends: (?<name>linux-image-\S+) \(= (?<version>\S+)\)/gm;
  return [...text.matchAll(pattern)].map(({ groups }) => ({
    name: groups?.["name"] ?? "",
    version: groups?.["version"] ?? "",
  }));
}

async function download(
  { name, version }: KernelPackage,
  lists: Lists,
  into: string,
): Promise<string> {
  process.stderr.write(`podwire: downloading ${name} ${version}\n`);
  const { exitCode, stderr } = await execa(
    "apt-get",
    [...lists, "download", `${name}=${version}`],
    {
      cwd: into,
      reject: false,
    },
  );
  if (exitCode !== 0) {
    throw new HostError("HOST_FEATURE", `the kernel could not be downloaded: ${lastLine(stderr)}`, {
      hint: "is the network there, and are the package lists current? `sudo apt-get update`",
    });
  }
  const escaped = version.replaceAll(":", "%3a");
  return path.join(into, `${name}_${escaped}_amd64.deb`);
}

/** Package lists of one suite; undefined when the mirror does not have it. */
async function listsOf(suite: string, folder: string): Promise<Lists | undefined> {
  const home = path.join(folder, suite);
  await mkdir(path.join(home, "lists/partial"), { recursive: true });
  await mkdir(path.join(home, "archives/partial"), { recursive: true });
  const sources = path.join(home, "sources.list");
  await writeFile(sources, `deb [signed-by=${KEYRING}] ${await mirror()} ${suite} main\n`);
  const lists = Object.entries({
    "Dir::Etc::sourcelist": sources,
    "Dir::Etc::sourceparts": "/dev/null",
    "Dir::State::lists": path.join(home, "lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": home,
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    // Lists in a home folder are not for apt's own user to read.
    "APT::Sandbox::User": "",
  }).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  process.stderr.write(`podwire: looking for kernels in Debian ${suite}\n`);
  const { exitCode } = await execa("apt-get", [...lists, "update"], { reject: false });
  return exitCode === 0 ? lists : undefined;
}

/** The host's own mirror of Debian's archive. */
async function mirror(): Promise<string> {
  const { stdout } = await execa("apt-get", ["indextargets", "--format", "$(ORIGIN) $(REPO_URI)"], {
    reject: false,
  });
  const uris = stdout
    .split("\n")
    .map((line) => /^Debian (?<uri>\S+)/.exec(line)?.groups?.["uri"])
    .filter((uri) => uri !== undefined && !uri.includes("security"));
  const [found] = uris;
  if (found !== undefined) return found;
  throw new HostError("HOST_FEATURE", "this host's apt knows no mirror of Debian", {
    hint: "give a kernel's package instead: --kernel ./linux-image.deb",
  });
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
