/**
 * What the launcher and the first process inside a sandbox agree on: the numbers
 * of the descriptors handed down, and the settings, in one environment variable.
 */

/**
 * Node's own channel between parent and child, for a {@link NameMessage} with the lab's listening control socket, which
 * was made in the host's netns. Leads nowhere when the sandbox has no name.
 */
export const CHANNEL_FD = 3;
/**
 * A socket pair between the two, for one JSON object a line. The inside says {@link InsideMessage}
 * once, and the launcher answers with an {@link OutsideMessage}; later it may say that it
 * lets go. When its end closes without that word, the inside ends.
 */
export const LIFELINE_FD = 4;
/** Standard error as the caller wants it: during start-up descriptor 2 leads to the launcher. */
export const STDERR_FD = 5;
/** From here on: further listening sockets, in the order asked for. */
export const FIRST_LISTENER_FD = 6;

export const SETTINGS_VARIABLE = "PODWIRE_SANDBOX";

export interface SandboxSettings {
  /** False for a sandbox without a control socket. */
  readonly named: boolean;
  readonly listeners: number;
}

/** May come long after the start: the launcher reads the file with the name meanwhile. */
export interface NameMessage {
  readonly name: string;
}

export type InsideMessage = { readonly ready: true } | { readonly error: string };

export type OutsideMessage =
  /** The host's number of the first process inside, which cannot know it by itself. */
  { readonly hostPid: number } | { readonly detach: true };
