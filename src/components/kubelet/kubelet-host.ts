/**
 * What kubelet needs from the machine it runs on. The lab supplies it; tests
 * supply a few functions. Everything is about one node.
 */

import type { Socket } from "node:net";
import type { Container, Pod } from "../../api/objects/pod.ts";
import type { RootFilesystem } from "../../kernel/oci/container-spec.ts";
import type { ContainerRole } from "./containers/container-record.ts";
import type { ContainerUser } from "./containers/container-user.ts";
import type { Environment } from "./environment/service-links.ts";
import type { ContainerMount } from "./volumes/container-mounts.ts";
import type { VolumeContents } from "./volumes/pod-volumes.ts";

/** A pod's network, before and after its containers. Disposing it is CNI DEL and the end of the netns. */
export interface PodSandbox extends AsyncDisposable {
  /** For `hostNetwork` pods, the node's. The first is `status.podIP`. */
  readonly podIPs: readonly string[];
}

export interface ContainerExit {
  /** 128 + the signal's number when one ended it. */
  readonly exitCode: number;
  /** What the container had to say about it: `status.…terminated.message`. */
  readonly message?: string;
  /** `Completed` or `Error` unless given. */
  readonly reason?: string;
}

interface ExecOutcome {
  readonly exitCode: number;
  /** stdout and stderr, for the event. */
  readonly output: string;
}

export interface RunningContainer {
  /** As in `status.containerStatuses[].containerID`. */
  readonly id: string;
  /** Settles once, when the container has ended for whatever reason; never rejects. */
  readonly exited: Promise<ContainerExit>;
  /**
   * The container's `stopSignal` or SIGTERM, and SIGKILL when it is still there `graceMs` later; 0 kills at once. Settles when it has
   * ended. A second call with less grace shortens the first.
   */
  readonly stop: (options: { readonly graceMs: number }) => Promise<void>;
  /** Runs a program beside it. Absent where there is no program: then `exec` probes succeed. */
  readonly exec?: (
    command: readonly string[],
    options: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<ExecOutcome>;
}

/** What plays the container. */
export type Player =
  | { readonly type: "responder" }
  /** Variables are expanded in `command`. */
  | { readonly type: "program"; readonly command: readonly string[] }
  /** The same, among its own files. */
  | {
      readonly type: "container";
      readonly command: readonly string[];
      readonly root: RootFilesystem;
    };

export interface StartContainerRequest {
  readonly pod: Pod;
  readonly sandbox: PodSandbox;
  readonly container: Container;
  readonly role: ContainerRole;
  readonly player: Player;
  /** Counts where the player is a container. */
  readonly user: ContainerUser;
  readonly hostname: string;
  /** Everything but PATH and HOME, unless the manifest has them. */
  readonly environment: Environment;
  /** What the two files in /etc hold. */
  readonly hostsFile: string;
  readonly resolvConf: string;
  /** Nothing where the responder plays the container. */
  readonly mounts: readonly ContainerMount[];
  /** 0 for the first start. */
  readonly attempt: number;
}

export interface ConnectRequest {
  readonly to: { readonly address: string; readonly port: number };
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export interface KubeletHost {
  /** Makes the pod's netns and wires it. `hostNetwork` pods get one that is the node's. */
  readonly createSandbox: (pod: Pod, signal: AbortSignal) => Promise<PodSandbox>;
  /** A rejection means that the container could not be made to run, and counts as its failed run. */
  readonly startContainer: (
    request: StartContainerRequest,
    signal: AbortSignal,
  ) => Promise<RunningContainer>;
  /**
   * Makes a volume of a pod or brings it up to date, by the layout of atomic-layout.ts, and says where the lab
   * finds it. Safe to repeat.
   */
  readonly putVolume: (pod: Pod, contents: VolumeContents) => string;
  /** The pod has ended: its volumes go. Those of a node stay. */
  readonly removeVolumes: (pod: Pod) => void;
  /** From the node's netns: how probes go over the wire. Its errors have a `reason`, as kernel's SocketError has. */
  readonly connectTcp: (request: ConnectRequest) => Promise<Socket>;
}

/** A program that stands in for an image, and the variables it adds. */
export interface ImageStandIn {
  /** With a root of its own, what the image has as entry point: the manifest's `command` and `args` count then. */
  readonly command: readonly string[];
  /** The image's own files. Undefined: the program sees the machine's. */
  readonly root?: RootFilesystem | undefined;
  readonly env: NonNullable<Container["env"]>;
}
