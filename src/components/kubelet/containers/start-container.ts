import type { Pod } from "../../../api/objects/pod.ts";
import { ContainerConfigError } from "../environment/container-environment.ts";
import type { ContainerExit, KubeletHost, RunningContainer } from "../kubelet-host.ts";
import type { PodSurroundings } from "../pod-surroundings.ts";
import type { ContainerRecord } from "./container-record.ts";
import { type PodGround, startRequest } from "./start-request.ts";

export type StartOutcome =
  | { readonly type: "running"; readonly running: RunningContainer }
  /** Nothing had to run: an init container without a program. */
  | { readonly type: "completed" }
  /** Something that the container refers to is missing; to be tried again when it is there. */
  | { readonly type: "config missing"; readonly message: string }
  /** Counts as a run that failed. */
  | { readonly type: "failed"; readonly exit: ContainerExit & { readonly message: string } };

export interface StartContext {
  readonly pod: Pod;
  readonly ground: PodGround;
  readonly host: KubeletHost;
  readonly around: PodSurroundings;
}

/** What runtimes report of a process that could not be started. */
const START_ERROR_EXIT_CODE = 128;

/** @throws the signal's reason when it aborts. */
export async function startContainer(
  record: ContainerRecord,
  { pod, ground, host, around }: StartContext,
  signal: AbortSignal,
): Promise<StartOutcome> {
  try {
    const request = startRequest(pod, ground, record, around);
    // What an init container would have done, nobody here needs done.
    if (record.role === "init" && request.player.type === "responder") return { type: "completed" };
    return { type: "running", running: await host.startContainer(request, signal) };
  } catch (error) {
    signal.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof ContainerConfigError) return { type: "config missing", message };
    const exit = { exitCode: START_ERROR_EXIT_CODE, reason: "StartError", message };
    return { type: "failed", exit };
  }
}
