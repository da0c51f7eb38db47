/**
 * A container as runc reads it: the `config.json` of a bundle, by the OCI runtime specification.
 *
 * Left out on purpose: control groups, because a lab limits nothing and must leave nothing behind, and /sys, which would have to be
 * mounted by the owner of the pod's netns, and in an ordinary user's lab the container is not that.
 */
import type { RootMount } from "../mounts/container-root.ts";
import type { ContainerSpec } from "./container-spec.ts";

/** What differs between root's labs and an ordinary user's. */
export interface ContainerOwner {
  readonly uid: number;
  readonly gid: number;
}

interface OciMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options?: readonly string[];
}

interface OciNamespace {
  readonly type: "pid" | "mount" | "uts" | "ipc" | "network" | "user";
  readonly path?: string;
}

interface OciIdMapping {
  readonly containerID: number;
  readonly hostID: number;
  readonly size: number;
}

/** The part of the specification that podwire uses. */
export interface RuntimeConfig {
  readonly ociVersion: string;
  readonly process: {
    readonly terminal: false;
    readonly user: ContainerSpec["user"];
    readonly args: readonly string[];
    readonly env: readonly string[];
    readonly cwd: string;
    readonly capabilities: Readonly<
      Record<"bounding" | "effective" | "permitted", readonly string[]>
    >;
    readonly noNewPrivileges: boolean;
  };
  readonly root: { readonly path: string; readonly readonly: boolean };
  readonly hostname: string;
  readonly mounts: readonly OciMount[];
  readonly linux: {
    readonly namespaces: readonly OciNamespace[];
    readonly uidMappings?: readonly OciIdMapping[];
    readonly gidMappings?: readonly OciIdMapping[];
  };
}

/** Where podwire puts what belongs to one container, in the lab's file system. */
export interface BundleFiles {
  readonly rootfs: string;
  /** In the order in which they are mounted: /etc/hosts and the like. */
  readonly etc: readonly RootMount[];
  /** `/run/netns/default.web` */
  readonly netnsPath: string;
}

const ownMounts: readonly OciMount[] = [
  { destination: "/proc", type: "proc", source: "proc" },
  {
    destination: "/dev",
    type: "tmpfs",
    source: "tmpfs",
    options: ["nosuid", "strictatime", "mode=755", "size=65536k"],
  },
  {
    destination: "/dev/shm",
    type: "tmpfs",
    source: "shm",
    options: ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"],
  },
];

/**
 * Pure. An ordinary user's container gets a user namespace in which that user is root, the only number there is: without
 * it runc refuses anybody but root. The pod's netns belongs to the lab's user namespace and not to this one, so no capability counts in it: ports
 * below 1024 are free to all instead (see `openPorts` in container.ts).
 */
export function runtimeConfig(
  spec: ContainerSpec,
  { rootfs, etc, netnsPath }: BundleFiles,
  { uid, gid }: ContainerOwner,
): RuntimeConfig {
  const { command, env, workingDir = "/", capabilities, noNewPrivileges } = spec;
  const files = spec.root.type === "files" ? spec.root.files : [];
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: spec.user,
      args: command,
      env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      cwd: workingDir,
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
      noNewPrivileges,
    },
    root: { path: rootfs, readonly: spec.readOnlyRoot },
    hostname: spec.hostname,
    mounts: [...ownMounts, ...[...files, ...etc, ...spec.mounts].map(bind)],
    linux: {
      namespaces: [
        ...(["pid", "mount", "uts", "ipc"] as const).map((type) => ({ type })),
        { type: "network", path: netnsPath },
        ...(uid === 0 ? [] : [{ type: "user" as const }]),
      ],
      ...(uid !== 0 && {
        uidMappings: [{ containerID: 0, hostID: uid, size: 1 }],
        gidMappings: [{ containerID: 0, hostID: gid, size: 1 }],
      }),
    },
  };
}

function bind({ source, mountPath, access }: RootMount): OciMount {
  // In a user namespace a mount may not lose what protects it, and the lab's own /run has both.
  const options = access === "read-only" ? ["ro", "nosuid", "nodev"] : ["rw"];
  return {
    destination: mountPath,
    type: "bind",
    source,
    options: ["rbind", "rprivate", ...options],
  };
}
