/** The containers that run, for those who come in by the API server: exec, attach, log. */
import { PassThrough, type Readable, type Writable } from "node:stream";
import type { ContainerLog } from "../../../components/kubelet/logs/container-log.ts";
import type { LogStream } from "../../../components/kubelet/logs/log-lines.ts";
import { PodLogs } from "../../../components/kubelet/logs/pod-logs.ts";
import type { Place } from "../../../kernel/processes/process.ts";
import type { PtyMaster } from "../../../kernel/processes/pty.ts";

/** Who is attached and takes nothing is let go when this much waits for them. */
const MAX_WAITING_BYTES = 1024 * 1024;

/** What a container's own program says, as it says it: into its log, and to whoever is attached. */
export class ContainerOutput {
  readonly log: ContainerLog;
  readonly #attached = new Map<PassThrough, LogStream>();

  constructor(log: ContainerLog) {
    this.log = log;
  }

  /** Of what it has said so far. */
  get lastLine(): string | undefined {
    const last = this.log.from(this.log.next - 1)[0];
    const line = last === undefined ? "" : Buffer.from(last.bytes).toString("utf8").trimEnd();
    return line === "" ? undefined : line;
  }

  /** Everything that comes from now on. Destroy it to detach. */
  attach(stream: LogStream): Readable {
    const attached = new PassThrough();
    attached.on("close", () => this.#attached.delete(attached));
    // Let go for its slowness: that is no fault of the program's.
    attached.on("error", () => undefined);
    if (this.log.hasEnded) attached.end();
    else this.#attached.set(attached, stream);
    return attached;
  }

  /** Reads all that the program says on one of its streams. */
  follow(stream: LogStream, source: Readable | null): void {
    source?.on("data", (chunk: Buffer) => this.write(stream, chunk));
    source?.on("error", () => undefined);
  }

  write(stream: LogStream, chunk: Uint8Array): void {
    this.log.write(stream, chunk);
    for (const [attached, wanted] of this.#attached) {
      if (wanted !== stream) continue;
      if (attached.writableLength > MAX_WAITING_BYTES) attached.destroy();
      else attached.write(chunk);
    }
  }

  end(): void {
    this.log.end();
    for (const attached of this.#attached.keys()) attached.end();
  }
}

export interface LiveContainer {
  /** Of its program, as the lab counts; undefined where none runs. */
  readonly pid?: number;
  /** Where a program beside it runs. */
  readonly place: () => Place;
  /** What takes a program from there among the container's own files: the beginning of a command line. */
  readonly enter?: readonly string[];
  /** Whether a program is among those files. */
  readonly hasProgram?: (program: string) => boolean;
  /** Of a program beside it, but for what every program finds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly output: ContainerOutput;
  /** Its program's own input, where the manifest says `stdin: true`. */
  readonly stdin?: Writable;
  /** Whether that ends with the first who attaches. */
  readonly stdinOnce: boolean;
  /** Where the manifest says `tty: true`. */
  readonly terminal?: PtyMaster;
  /** As the API server is told it. */
  readonly exited: Promise<{ readonly exitCode: number }>;
}

/** Those that run now, by pod and name, and the logs of those that ran. */
export class LiveContainers {
  readonly logs: PodLogs = new PodLogs();
  readonly #byName = new Map<string, LiveContainer>();

  find(podUid: string, container: string): LiveContainer | undefined {
    return this.#byName.get(`${podUid}/${container}`);
  }

  /** Until it has ended. */
  add(podUid: string, name: string, container: LiveContainer): void {
    const key = `${podUid}/${name}`;
    this.#byName.set(key, container);
    const ended = (): void => {
      container.output.end();
      if (this.#byName.get(key) === container) this.#byName.delete(key);
    };
    container.exited.then(ended, ended);
  }
}
