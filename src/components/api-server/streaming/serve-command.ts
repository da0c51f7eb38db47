/** Joins a client of exec or attach to the program that it asked for, until one of them ends. */
import { pipeline } from "node:stream/promises";
import type { RunningCommand } from "./pod-runtime.ts";
import type { CommandStatus, RemoteChannels } from "./remote-channels.ts";

/** Resolves when the client has been told how it ended, or has gone. */
export async function serveCommand(
  command: RunningCommand,
  { stdin, stdout, stderr, onResize, closed, finish }: RemoteChannels,
): Promise<void> {
  onResize(command.resize);
  if (stdin !== undefined && command.stdin !== undefined) stdin.pipe(command.stdin);
  // What nobody reads is thrown away, so that the sender of it can go on.
  else stdin?.resume();
  const outputs = [
    stdout === undefined ? command.stdout.resume() : pipeline(command.stdout, stdout),
    command.stderr === undefined || stderr === undefined
      ? command.stderr?.resume()
      : pipeline(command.stderr, stderr),
  ];
  const ended = Promise.all([statusOf(command), ...outputs]);
  try {
    const outcome = await Promise.race([ended, closed]);
    // A terminal says what stderr says; a client that wants it by itself waits for its end.
    if (outcome !== undefined) await finish(outcome[0]);
  } catch {
    // An output broke: the client has gone.
  } finally {
    ended.catch(() => undefined);
    command.release();
  }
}

/** As kubelet writes it: kubectl reads the number in `causes`. */
async function statusOf({ exited }: RunningCommand): Promise<CommandStatus> {
  try {
    const exitCode = await exited;
    if (exitCode === 0) return { metadata: {}, status: "Success" };
    return {
      metadata: {},
      status: "Failure",
      message: `command terminated with non-zero exit code: exit code ${exitCode}`,
      reason: "NonZeroExitCode",
      details: { causes: [{ reason: "ExitCode", message: String(exitCode) }] },
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `error executing command in container: ${why}`;
    return {
      metadata: {},
      status: "Failure",
      message: `Internal error occurred: ${message}`,
      reason: "InternalError",
      details: { causes: [{ reason: "", message }] },
      code: 500,
    };
  }
}
