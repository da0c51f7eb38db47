import type { RootMount } from "../mounts/container-root.ts";
import type { Netns } from "../netns.ts";

/** What a container's `/` is. */
export type RootFilesystem =
  /** Empty but for these: an image of one static program needs no more. */
  | { readonly type: "files"; readonly files: readonly RootMount[] }
  /** A folder, such as umoci unpacks an image into. It stays as it is: what is written lies over it, and ends with the container. */
  | { readonly type: "folder"; readonly folder: string };

/** A container as the lab wants it: everything decided, nothing made. */
export interface ContainerSpec {
  /** Letters, digits, `-`, `_` and `.`; no two containers of a lab at a time have the same. */
  readonly id: string;
  /** A named one: the pod's. */
  readonly netns: Netns;
  readonly root: RootFilesystem;
  readonly readOnlyRoot: boolean;
  /** Outer folders first. What is not there to mount them on is made. */
  readonly mounts: readonly RootMount[];
  readonly hostname: string;
  /** The whole of /etc/hosts. */
  readonly hosts: string;
  /** The whole of /etc/resolv.conf. */
  readonly resolvConf: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** @default "/" */
  readonly workingDir?: string | undefined;
  /** In an ordinary user's lab root is the only one there is. */
  readonly user: {
    readonly uid: number;
    readonly gid: number;
    readonly additionalGids: readonly number[];
  };
  /** With the prefix: `CAP_NET_BIND_SERVICE`. */
  readonly capabilities: readonly string[];
  /** `allowPrivilegeEscalation: false` */
  readonly noNewPrivileges: boolean;
  /** @default SIGTERM */
  readonly stopSignal?: string | undefined;
}
