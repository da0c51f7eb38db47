/**
 * The library: what `import … from "podwire"` gives, which is {@link up}, {@link connect}, {@link runningLabs}, their
 * errors, and the types of what a {@link Lab} is asked and answers. Everything else below src/ may change from one
 * version to the next.
 */
export type { KubeObject } from "./api/objects/meta.ts";
export { PodwireError, type SourceLocation } from "./base/podwire-error.ts";
export { connect, runningLabs } from "./lab/connect.ts";
export type { ExecResult, LogsEvent, LogsRequest } from "./lab/control/protocol.ts";
export type { CaptureOptions, ExecOptions, GetOptions, Lab, RunOptions } from "./lab/lab.ts";
export type { CaptureSummary, FollowOptions, LabCapture, StopOptions } from "./lab/lab-capture.ts";
export { LabError } from "./lab/lab-error.ts";
export type { LabStatus, PodStatusLine, ServiceStatus } from "./lab/status.ts";
export { type UpOptions, up } from "./lab/up.ts";
export type { CapturedPacket } from "./observe/captured-packet.ts";
export type { Emit, LabEvent, ScenarioOutcome, StepFailure } from "./observe/event.ts";
export type { Prediction, PredictionRequest } from "./observe/prediction.ts";
export type {
  IcmpCause,
  ProbeAttempt,
  ProbeFailureReason,
  ProbeOptions,
  ProbeRequest,
  ProbeResult,
  ServerSaw,
} from "./observe/probe.ts";
export type { Leg, PacketWalk, Passage, Translation, Tunnel } from "./observe/walk/packet-walk.ts";
export { InvalidTopologyError, type Problem, type Severity } from "./topology/source/problem.ts";
