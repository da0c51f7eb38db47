import type {
  RunningContainer,
  StartContainerRequest,
} from "../../../components/kubelet/kubelet-host.ts";
import type { ContainerOutput, LiveContainer } from "./live-container.ts";

/** Which container is to run, and where what it says goes. */
export interface Role {
  readonly request: StartContainerRequest;
  readonly output: ContainerOutput;
}

/** A container that runs, and how to get into it. */
export type Started = { readonly running: RunningContainer } & Pick<
  LiveContainer,
  "pid" | "place" | "enter" | "hasProgram" | "stdin" | "terminal"
> &
  Partial<Pick<LiveContainer, "environment">>;

/** One that has done its work, or could not begin it. */
export function endedContainer(id: string, exitCode = 0, message?: string): RunningContainer {
  const exit = { exitCode, ...(message !== undefined && { message }) };
  return { id, exited: Promise.resolve(exit), stop: () => Promise.resolve() };
}
