/**
 * What the kubelet of a pod's node does for the API server: the far end of exec, attach, port-forward and log. The
 * lab supplies it; tests supply a few functions.
 */
import type { Duplex, Readable, Writable } from "node:stream";
import type { Pod } from "../../../api/objects/pod.ts";

export interface ContainerPlace {
  readonly pod: Pod;
  /** One of the pod's, init containers too. */
  readonly container: string;
}

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface CommandRequest extends ContainerPlace {
  readonly command: readonly string[];
  readonly input: "stdin" | "none";
  /** `terminal`: one stream for both outputs, and Ctrl-C works. */
  readonly kind: "terminal" | "pipes";
}

export interface AttachRequest extends ContainerPlace {
  readonly input: "stdin" | "none";
}

/** A program that runs, or the container's own one that somebody is attached to. */
export interface RunningCommand {
  /** Undefined when it reads nothing. Ending it is the program's end of file. */
  readonly stdin: Writable | undefined;
  /** On a terminal also what is said on stderr. */
  readonly stdout: Readable;
  readonly stderr: Readable | undefined;
  /** Does nothing where there is no terminal. */
  readonly resize: (size: TerminalSize) => void;
  /** The exit status, 128 and the signal's number when one ended it. Rejects when it did not even start. */
  readonly exited: Promise<number>;
  /** The client has gone: the terminal hangs up, pipes break, and an attachment ends. The program may go on. */
  readonly release: () => void;
}

/** PodLogOptions without the container. */
export interface LogRequest extends ContainerPlace {
  readonly which: "current" | "previous";
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  /** Milliseconds since the epoch. */
  readonly sinceMs: number | undefined;
  readonly limitBytes: number | undefined;
}

/** Begins it, once there is somebody who reads what it says. */
export type StartCommand = () => RunningCommand;

export interface PodRuntime {
  /** Undefined when the container does not run. */
  readonly exec: (request: CommandRequest) => StartCommand | undefined;
  /** Undefined when the container does not run. */
  readonly attach: (request: AttachRequest) => StartCommand | undefined;
  /** A connection to the port on the pod's loopback. */
  readonly connect: (pod: Pod, port: number, signal: AbortSignal) => Promise<Duplex>;
  /** Undefined when there was no such run. */
  readonly log: (request: LogRequest, signal: AbortSignal) => AsyncIterable<Uint8Array> | undefined;
}
