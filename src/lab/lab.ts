/**
 * A running lab, seen from outside its sandbox: what the library hands out and
 * what every command of the command line talks to.
 */
import type { KubeObject } from "../api/objects/meta.ts";
import type { Emit, ScenarioOutcome } from "../observe/event.ts";
import type { Prediction, PredictionRequest } from "../observe/prediction.ts";
import type { ProbeRequest, ProbeResult } from "../observe/probe.ts";
import type { PacketWalk } from "../observe/walk/packet-walk.ts";
import type { ControlClient } from "./control/control-client.ts";
import type {
  ExecResult,
  LogsEvent,
  LogsRequest,
  OperationName,
  Operations,
} from "./control/protocol.ts";
import { endProcess } from "./end-process.ts";
import { LabCapture } from "./lab-capture.ts";
import { pathForLab } from "./path-for-lab.ts";
import type { LabStatus } from "./status.ts";

export interface ExecOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What the program reads on its standard input; nothing unless given. */
  readonly input?: string;
  readonly signal?: AbortSignal;
}

export interface CaptureOptions {
  /** pcap filter syntax, applied by the kernel; see pcap-filter(7). */
  readonly captureFilter?: string;
  readonly signal?: AbortSignal;
}

export interface RunOptions {
  /** Where a failure's capture, rules and routes go. */
  readonly outputDirectory?: string;
  readonly onEvent?: Emit;
  readonly signal?: AbortSignal;
}

/** Where an object is, for {@link Lab.get}. */
export interface GetOptions {
  readonly namespace?: string;
  readonly name?: string;
}

/**
 * Places are written as on the command line: `deploy/vote/vote`, `node/node01`, `host/laptop`.
 *
 * Whatever a call is about, it throws LabError: `RUN_…` where the lab cannot do what is asked (`RUN_NO_SUCH_PLACE`,
 * `RUN_NO_POD`, …: docs/errors.md), `LAB_GONE` once the lab has ended. A `signal` that aborts calls it off, and its
 * reason is thrown.
 */
export class Lab implements AsyncDisposable {
  readonly name: string;
  readonly #client: ControlClient;
  /** Ends the lab, when this handle owns it. */
  readonly #end: (() => Promise<void>) | undefined;

  /** Use {@link up} or {@link connect}. @internal */
  constructor(name: string, client: ControlClient, end?: () => Promise<void>) {
    this.name = name;
    this.#client = client;
    this.#end = end;
  }

  /** Everything that is in the lab at this moment, with its addresses. */
  status(signal?: AbortSignal): Promise<LabStatus> {
    return this.#client.call("status", {}, { signal });
  }

  /**
   * Sends one kind of traffic from one place to another and reports what came back and what the
   * server saw. No answer is a result, not an error: `attempts[].reason` says why.
   *
   *     const { ok, attempts } = await lab.probe({
   *       kind: "tcp", from: "deploy/vote/vote", to: "svc/vote/redis:6379",
   *     });
   */
  probe(request: ProbeRequest, signal?: AbortSignal): Promise<ProbeResult> {
    return this.#client.call("probe", request, { signal });
  }

  /**
   * Where a connection between two places will end, and how likely each end is, told from the rules that the
   * nodes have; no packet is sent.
   */
  predict(request: PredictionRequest, signal?: AbortSignal): Promise<Prediction> {
    return this.#client.call("predict", request, { signal });
  }

  /**
   * Sends one probe, and tells by which devices its first packet went and which way the answer came, with the addresses that
   * both had on each of them.
   */
  walk(request: ProbeRequest, signal?: AbortSignal): Promise<PacketWalk> {
    return this.#client.call("walk", request, { signal });
  }

  /** Captures on every place at once; when it resolves, no later packet is missed. */
  async capture(
    places: string | readonly string[],
    { captureFilter, signal }: CaptureOptions = {},
  ): Promise<LabCapture> {
    // biome-ignore lint/nursery/useDisposables: the capture becomes its owner.
    const held = await this.#client.hold(
      "startCapture",
      { places: [places].flat(), ...(captureFilter !== undefined && { captureFilter }) },
      signal,
    );
    return new LabCapture(this.#client, held);
  }

  /** Runs a program at the place and waits for its end; a failure's exit code is a result, not an error. */
  exec(
    where: string,
    command: readonly string[],
    { signal, ...options }: ExecOptions = {},
  ): Promise<ExecResult> {
    return this.#client.call("exec", { where, command, ...options }, { signal });
  }

  /** `lab.scale("deploy/vote/vote", 4)`; see {@link settled} for when it is done. */
  async scale(where: string, replicas: number): Promise<void> {
    await this.#client.call("scale", { where, replicas });
  }

  /**
   * Breaks a node (`node/node01`), the wire of an interface (`node/node01:eth0`) or a component (`kube-proxy@node01`,
   * `api-server`); returns what has become of it.
   */
  async fail(what: string): Promise<string> {
    const { said } = await this.#client.call("fail", { what });
    return said;
  }

  /** Undoes {@link fail}. */
  async heal(what: string): Promise<string> {
    const { said } = await this.#client.call("heal", { what });
    return said;
  }

  /** Creates or changes objects, as `kubectl apply` would; returns them as stored. */
  apply(...objects: readonly KubeObject[]): Promise<readonly KubeObject[]> {
    return this.#client.call("apply", { objects });
  }

  /** Deletes one object of a kind, such as `Service`; a pod is gone once its containers have ended. */
  async delete(kind: string, { namespace, name }: GetOptions & { name: string }): Promise<void> {
    await this.#client.call("delete", {
      kind,
      name,
      ...(namespace !== undefined && { namespace }),
    });
  }

  /** Objects of one kind, such as `Pod`: all, those of a namespace, or one by name; none is an empty list. */
  get(kind: string, options: GetOptions = {}): Promise<readonly KubeObject[]> {
    return this.#client.call("get", { kind, ...options });
  }

  /**
   * Resolves when everything that was asked for is there: replicas running and ready, endpoints
   * written, every node's rules synced.
   *
   * @throws LabError `LAB_NOT_READY` naming what was missing when the time was up.
   */
  async settled({ withinMs = 10_000 }: { readonly withinMs?: number } = {}): Promise<void> {
    await this.#client.call("settled", { withinMs });
  }

  /** Runs one scenario of the topology the lab was built from. */
  async run(
    scenario: string,
    { outputDirectory, onEvent, signal }: RunOptions = {},
  ): Promise<ScenarioOutcome> {
    const { outcome } = await this.#client.call(
      "run",
      {
        scenario,
        ...(outputDirectory !== undefined && { outputDirectory: pathForLab(outputDirectory) }),
      },
      { signal, ...(onEvent !== undefined && { onEvent }) },
    );
    return outcome;
  }

  /** Tells what happens from now on, until `signal` aborts. */
  async events(onEvent: Emit, signal: AbortSignal): Promise<void> {
    await this.#client.call("events", {}, { onEvent, signal });
  }

  /** Tells what a component, a pod or the pods of a workload have said; with `follow`, until `signal` aborts. */
  async logs(
    request: LogsRequest,
    onEvent: (event: LogsEvent) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    await this.#client.call("logs", request, { onEvent, signal });
  }

  /** How a process of the host enters the place: the beginning of a command line, and the whole environment of a program there. */
  enter(where: string): Promise<Operations["enter"]["result"]> {
    return this.#client.call("enter", { where });
  }

  /** Any operation of the control socket by name; see protocol.ts. @internal */
  call<Name extends OperationName>(
    name: Name,
    request: Operations[Name]["request"],
  ): Promise<Operations[Name]["result"]> {
    return this.#client.call(name, request);
  }

  /** Ends the lab, and resolves when the kernel has freed everything in it. */
  async down(): Promise<void> {
    if (this.#end !== undefined) return this.#end();
    const { pid } = await this.status();
    await endProcess(pid);
  }

  /** Ends the lab if this program started it attached; a lab that was connected to lives on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end?.();
  }
}
