import { Deadline } from "../../../base/deadline.ts";
import type { KubeletHost, RunningContainer } from "../kubelet-host.ts";
import { grpcProbe } from "./grpc-probe.ts";
import { httpProbe } from "./http-probe.ts";
import { describeFailure } from "./probe-failure.ts";
import type { ProbeTarget } from "./probe-target.ts";

export interface ProbeOutcome {
  readonly answer: "success" | "failure";
  /** Why; part of the event when it failed. */
  readonly message: string;
}

export interface ProbeContext {
  readonly connectTcp: KubeletHost["connectTcp"];
  readonly running: Pick<RunningContainer, "exec">;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const success: ProbeOutcome = { answer: "success", message: "" };

/** Asks once. Rejects only when `signal` aborts. */
export async function runProbe(target: ProbeTarget, context: ProbeContext): Promise<ProbeOutcome> {
  const { timeoutMs, signal } = context;
  if (target.type === "impossible") return failure(target.message);
  if (target.type === "exec") return execProbe(target.command, context);
  using limit = new Deadline(timeoutMs, signal);
  const deadline = limit.signal;
  try {
    const to = { address: target.address, port: target.port };
    const socket = await context.connectTcp({ to, timeoutMs, signal: deadline });
    // A reset after the answer is nobody's business.
    socket.on("error", () => undefined);
    try {
      if (target.type === "tcp") return success;
      return target.type === "http"
        ? await httpProbe(socket, target, deadline)
        : await grpcProbe(socket, target, deadline);
    } finally {
      socket.destroy();
    }
  } catch (error) {
    signal.throwIfAborted();
    return failure(describeFailure(target, timeoutMs, error));
  }
}

async function execProbe(
  command: readonly string[],
  { running, timeoutMs, signal }: ProbeContext,
): Promise<ProbeOutcome> {
  if (running.exec === undefined) return success;
  try {
    const { exitCode, output } = await running.exec(command, { timeoutMs, signal });
    return exitCode === 0 ? success : failure(output.trimEnd());
  } catch (error) {
    signal.throwIfAborted();
    return failure(error instanceof Error ? error.message : String(error));
  }
}

function failure(message: string): ProbeOutcome {
  return { answer: "failure", message };
}
