import type { Netns } from "../netns.ts";

/** A file or folder of the lab that a container sees. */
export interface BindMount {
  /** Absolute, as the lab sees it. */
  readonly source: string;
  /** Absolute, as the container sees it. What is not there is made, where the root filesystem can be written. */
  readonly destination: string;
  readonly readOnly: boolean;
}

/** What a container's `/` is. */
type RootFilesystem =
  /** Empty but for these: an image of one static program needs no more. */
  | { readonly type: "files"; readonly files: readonly BindMount[] }
  /** A folder, such as umoci unpacks an image into. */
  | { readonly type: "folder"; readonly folder: string };

/** A container as the lab wants it: everything decided, nothing made. */
export interface ContainerSpec {
  /** Letters, digits, `-`, `_` and `.`; no two containers of a lab at a time have the same. */
  readonly id: string;
  /** A named one: the pod's. */
  readonly netns: Netns;
  readonly root: RootFilesystem;
  readonly readOnlyRoot: boolean;
  readonly mounts: readonly BindMount[];
  readonly hostname: string;
  /** The whole of /etc/hosts. */
  readonly hosts: string;
  /** The whole of /etc/resolv.conf. */
  readonly resolvConf: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** @default "/" */
  readonly workingDir?: string | undefined;
  /** With the prefix: `CAP_NET_BIND_SERVICE`. */
  readonly capabilities: readonly string[];
  /** `allowPrivilegeEscalation: false` */
  readonly noNewPrivileges: boolean;
}
