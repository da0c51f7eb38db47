/** Containers by runc, among the machine's own programs. */
import { existsSync } from "node:fs";
import { HostError } from "../../base/podwire-error.ts";
import type { RootMount } from "../mounts/container-root.ts";
import type { Netns } from "../netns.ts";
import { Container } from "../oci/container.ts";
import type { CheckGroup } from "./check.ts";

export const containers: CheckGroup<Netns> = {
  name: "containers",
  checks: [
    {
      name: "a container in a netns",
      neededBy: ["cluster DNS", "container images"],
      program: "runc",
      attempt: runContainer,
    },
    {
      name: "an image's folder under an overlay",
      neededBy: ["container images"],
      program: "runc",
      modules: ["overlay"],
      attempt: runImage,
    },
  ],
};

/** Whatever `/bin/true` is made of. */
const programs: readonly RootMount[] = ["/usr", "/bin", "/lib", "/lib64", "/nix"]
  .filter((folder) => existsSync(folder))
  .map((folder) => ({ source: folder, mountPath: folder, access: "read-only" }));

function runContainer(netns: Netns): Promise<void> {
  return run(netns, { root: { type: "files", files: programs }, mounts: [] });
}

/** Over a folder that has nothing. */
function runImage(netns: Netns): Promise<void> {
  return run(netns, { root: { type: "folder", folder: "/run/lock" }, mounts: programs });
}

async function run(
  netns: Netns,
  files: Pick<Parameters<typeof Container.start>[0], "root" | "mounts">,
): Promise<void> {
  const container = await Container.start(
    {
      ...files,
      id: netns.name,
      netns,
      readOnlyRoot: false,
      hostname: netns.name,
      hosts: "",
      resolvConf: "",
      command: ["/bin/sh", "-c", "exit 7"],
      env: {},
      user: { uid: 0, gid: 0, additionalGids: [] },
      capabilities: [],
      noNewPrivileges: true,
    },
    () => undefined,
  );
  const { exitCode } = await container.exited;
  if (exitCode === 7) return;
  throw new HostError("HOST_FEATURE", `a container that was to end with 7 ended with ${exitCode}`);
}
