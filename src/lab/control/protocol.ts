/**
 * What the command line and the library ask of a running lab, as HTTP over the
 * lab's control socket: `POST /OPERATION` with a JSON body, answered by JSON
 * lines: any number of `{"event": …}`, then one `{"result": …}` or
 * `{"error": …}`. Hanging up cancels.
 */
import type { KubeObject } from "../../api/objects/meta.ts";
import type { LabEvent } from "../../observe/event.ts";
import type { Prediction, PredictionRequest } from "../../observe/prediction.ts";
import type { ProbeRequest, ProbeResult } from "../../observe/probe.ts";
import type { PacketWalk } from "../../observe/walk/packet-walk.ts";
import type { BuildRequest } from "../build-request.ts";
import type { LabStatus } from "../status.ts";

/** One operation: what goes in, what may come meanwhile, what comes out. */
interface Operation<Request, Result, Event = never> {
  readonly request: Request;
  readonly result: Result;
  readonly event: Event;
}

/** `WHERE` of the command line: `pod/vote/redis-…`, `node/node01`, `deploy/vote/vote`, `host/laptop`. */
export type WhereText = string;

export interface ExecResult {
  readonly exitCode: number | undefined;
  /** The signal that ended the program, such as `SIGTERM`. */
  readonly signal?: string;
  /** It was ended because its time was up. */
  readonly timedOut?: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

interface CaptureRequest {
  readonly places: readonly WhereText[];
  /** pcap filter syntax, given to the kernel; see pcap-filter(7). */
  readonly captureFilter?: string;
}

/** One packet of a capture; `data` is base64. */
export interface WirePacket {
  readonly interfaceName: string;
  readonly linkType: number;
  /** Nanoseconds since the epoch, in decimal. */
  readonly timestampNs: string;
  readonly originalLength: number;
  readonly data: string;
}

export interface LogsRequest {
  /** A component, such as `kube-proxy`, or a pod or workload. */
  readonly of: string;
  /** Of components that run on every node: that one alone. */
  readonly node?: string;
  /** Of a pod: that one alone. */
  readonly container?: string;
  /** Lines of the end; all unless given. */
  readonly tail?: number;
  readonly follow?: boolean;
  /** Of containers. */
  readonly timestamps?: boolean;
  /** Of containers: the run before the present one. */
  readonly previous?: boolean;
}

export type LogsEvent =
  /** One line of a component's log, an object in JSON: `level`, `time`, `msg` and more. */
  | { readonly record: string }
  /** What a container said, a line or part of one; `from` where there are several. */
  | { readonly text: string; readonly from?: string };

interface FaultResult {
  /** What has become of it: `api-server stands still`. */
  readonly said: string;
}

export interface Operations {
  readonly build: Operation<BuildRequest, LabStatus, LabEvent>;
  readonly status: Operation<Record<string, never>, LabStatus>;
  readonly events: Operation<Record<string, never>, Record<string, never>, LabEvent>;
  /** Until there is no more; with `follow`, until the caller hangs up. */
  readonly logs: Operation<LogsRequest, Record<string, never>, LogsEvent>;
  readonly probe: Operation<ProbeRequest, ProbeResult>;
  /** Where a connection will end, told from what kube-proxy has written on the nodes. */
  readonly predict: Operation<PredictionRequest, Prediction>;
  readonly walk: Operation<ProbeRequest, PacketWalk>;
  readonly exec: Operation<
    {
      readonly where: WhereText;
      readonly command: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly input?: string;
    },
    ExecResult
  >;
  /** How a process of the host enters the place: the beginning of a command line, and all that a program finds in its environment there. */
  readonly enter: Operation<
    { readonly where: WhereText },
    { readonly command: readonly string[]; readonly env: Readonly<Record<string, string>> }
  >;
  readonly get: Operation<
    { readonly kind: string; readonly namespace?: string; readonly name?: string },
    readonly KubeObject[]
  >;
  readonly apply: Operation<{ readonly objects: readonly KubeObject[] }, readonly KubeObject[]>;
  readonly delete: Operation<
    { readonly kind: string; readonly namespace?: string; readonly name: string },
    Record<string, never>
  >;
  readonly scale: Operation<
    { readonly where: WhereText; readonly replicas: number },
    Record<string, never>
  >;
  /** Breaks a node (`node/node01`), a wire (`node/node01:eth0`) or a component (`kube-proxy@node01`, `api-server`). */
  readonly fail: Operation<{ readonly what: string }, FaultResult>;
  readonly heal: Operation<{ readonly what: string }, FaultResult>;
  /** Resolves once everything that was asked for is there: pods ready, rules synced. */
  readonly settled: Operation<{ readonly withinMs: number }, Record<string, never>>;
  /**
   * Tells of the capture once tcpdump is proved to be listening on every interface, and lasts as long as it: hanging
   * up ends the capture, so one whose owner has gone is not left behind.
   */
  readonly startCapture: Operation<
    CaptureRequest,
    Record<string, never>,
    { readonly capture: string; readonly interfaces: readonly string[] }
  >;
  /** Everything captured so far: drained first, so nothing sent before the call is missing. */
  readonly readCapture: Operation<
    {
      readonly capture: string;
      /** A display filter. */ readonly where?: string;
    },
    { readonly packets: readonly WirePacket[] }
  >;
  /** Every packet from the first on, until the capture stops. */
  readonly followCapture: Operation<
    { readonly capture: string; readonly where?: string },
    Record<string, never>,
    { readonly packet: WirePacket }
  >;
  /** Drains, ends tcpdump and writes what was captured as one time-sorted pcapng. */
  readonly stopCapture: Operation<
    { readonly capture: string; readonly file?: string; readonly where?: string },
    { readonly packets: number; readonly droppedByKernel: number }
  >;
  /** Runs one scenario of the topology the lab was built from, by name. */
  readonly run: Operation<
    { readonly scenario: string; readonly outputDirectory?: string },
    { readonly outcome: "passed" | "failed" },
    LabEvent
  >;
}

export type OperationName = keyof Operations;

/** An error as it crosses the socket. */
export interface ErrorMessage {
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
  readonly hint?: string;
  /** The stack, for errors that are bugs. */
  readonly stack?: string;
}

/** One line of an answer. */
export type AnswerLine<Name extends OperationName> =
  | { readonly event: Operations[Name]["event"] }
  | { readonly result: Operations[Name]["result"] }
  | { readonly error: ErrorMessage };
