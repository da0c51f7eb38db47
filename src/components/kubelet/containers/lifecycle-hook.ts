/**
 * What a container's manifest wants done: after its start, and before it is told to end, which is mostly to wait until
 * nobody sends to it any more.
 */
import type { Container, LifecycleHandler } from "../../../api/objects/pod.ts";
import type { Timer } from "../../../base/work-queue.ts";
import type { KubeletHost, RunningContainer } from "../kubelet-host.ts";
import { type ProbeTarget, probeTarget } from "../probe/probe-target.ts";
import { runProbe } from "../probe/run-probe.ts";

export type LifecycleHook =
  | { readonly type: "sleep"; readonly ms: number }
  | { readonly type: "ask"; readonly target: ProbeTarget };

/**
 * Undefined when there is nothing to do.
 *
 * @param programs whether programs can be run in the container. Where they cannot, of an `exec` hook
 *   only its `sleep` is done: that is what such hooks are for.
 */
export function hookOf(
  handler: LifecycleHandler | undefined,
  container: Container,
  podIP: string,
  programs: "programs" | "no programs",
): LifecycleHook | undefined {
  const { sleep, exec, httpGet } = handler ?? {};
  if (sleep !== undefined) return { type: "sleep", ms: sleep.seconds * 1_000 };
  if (exec !== undefined && programs === "no programs") {
    const seconds = /\bsleep\s+(\d+(?:\.\d+)?)/.exec((exec.command ?? []).join(" "))?.[1];
    return seconds === undefined ? undefined : { type: "sleep", ms: Number(seconds) * 1_000 };
  }
  if (exec === undefined && httpGet === undefined) return undefined;
  const asked = { ...(exec && { exec }), ...(httpGet && { httpGet }) };
  return { type: "ask", target: probeTarget(asked, container, podIP) };
}

export interface HookContext {
  readonly running: RunningContainer;
  readonly connectTcp: KubeletHost["connectTcp"];
  readonly timer: Timer;
  /** It gets no longer than this. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * @returns what went wrong; undefined when nothing did.
 * @throws the signal's reason when it aborts.
 */
export async function runHook(
  hook: LifecycleHook,
  { running, connectTcp, timer, timeoutMs, signal }: HookContext,
): Promise<string | undefined> {
  if (hook.type === "ask") {
    const context = { connectTcp, running, timeoutMs, signal };
    const { answer, message } = await runProbe(hook.target, context);
    return answer === "success" ? undefined : message;
  }
  await new Promise<void>((resolve) => {
    const cancel = timer(resolve, Math.min(hook.ms, timeoutMs));
    signal.addEventListener("abort", () => {
      cancel();
      resolve();
    });
  });
  signal.throwIfAborted();
  return undefined;
}
