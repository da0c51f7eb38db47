/** The steps of a scenario, each by its key, as written. */
import * as z from "zod";
import type { StepType } from "../../scenario/scenario.ts";
import { dnsLabel, durationText, rateText, sentence, shareText } from "../scalar-schemas.ts";
import {
  type RawBounds,
  type RawExecExpectation,
  type RawProbeExpectation,
  rawBounds,
  rawExecExpectation,
  rawProbeExpectation,
} from "./raw-expectation.ts";
import { type RawProbe, rawProbe } from "./raw-probe.ts";

export interface RawPackets {
  readonly at?: string | readonly string[] | undefined;
  readonly where: string;
  readonly expect?: "none" | "some" | RawBounds | undefined;
  readonly within?: string | undefined;
}

export interface RawExec {
  readonly at: string;
  readonly command: string | readonly string[];
  readonly timeout?: string | undefined;
}

interface RawApplyFile {
  readonly path: string;
  readonly namespace?: string | undefined;
}

/** Files as in `manifests`, or objects written out. */
export type RawApply =
  | string
  | RawApplyFile
  | Readonly<Record<string, unknown>>
  | ReadonlyArray<string | Readonly<Record<string, unknown>>>;

export interface RawScale {
  readonly deployment?: string | undefined;
  readonly statefulset?: string | undefined;
  readonly replicaset?: string | undefined;
  readonly replicas: number;
}

export interface RawWait {
  readonly endpoints?: string | undefined;
  readonly ready?: string | undefined;
  readonly deleted?: string | undefined;
  readonly rules?: string | undefined;
  readonly count?: RawBounds | undefined;
  readonly within?: string | undefined;
}

export interface RawRollout {
  readonly deployment: string;
  readonly image?: string | undefined;
  readonly within?: string | undefined;
}

export interface RawFault {
  readonly node?: string | undefined;
  readonly link?: string | undefined;
  readonly component?: string | undefined;
}

export interface RawImpair {
  readonly at: string;
  readonly direction?: "out" | "in" | "both" | undefined;
  readonly delay?: string | undefined;
  readonly jitter?: string | undefined;
  readonly loss?: string | undefined;
  readonly duplicate?: string | undefined;
  readonly corrupt?: string | undefined;
  readonly reorder?: string | undefined;
  readonly rate?: string | undefined;
}

export interface RawDuring {
  readonly steps: readonly unknown[];
  readonly probe: RawProbe;
  readonly every?: string | undefined;
}

/** What stands behind each step's key. */
export interface RawStepBodies {
  readonly capture: string | readonly string[];
  readonly probe: RawProbe;
  readonly packets: RawPackets;
  readonly exec: RawExec;
  readonly apply: RawApply;
  readonly delete: string;
  readonly scale: RawScale;
  readonly kill: string;
  readonly wait: RawWait;
  readonly rollout: RawRollout;
  readonly fail: RawFault;
  readonly heal: RawFault;
  readonly impair: RawImpair;
  readonly parallel: readonly unknown[];
  readonly during: RawDuring;
}

type BodySchemas = { readonly [T in StepType]: z.ZodType<RawStepBodies[T]> };

const count = z.int().min(0);
const within = durationText.optional();

const fault: z.ZodType<RawFault> = z.strictObject({
  node: sentence.optional().describe("a node's name: it loses power"),
  link: sentence.optional().describe("an interface, such as node/node01:eth0: its cable is cut"),
  component: sentence
    .optional()
    .describe(
      "a component that stops: kube-proxy on all nodes, kube-proxy@node01 on one, bird, api-server, etcd",
    ),
});

export const rawStepBodies: BodySchemas = {
  capture: z.union([sentence, z.array(sentence).min(1)]),
  probe: rawProbe,
  packets: z.strictObject({
    at: z
      .union([sentence, z.array(sentence).min(1)])
      .optional()
      .describe("captured places; all of them unless given"),
    where: z
      .string()
      .describe("a Wireshark display filter; a place in dollar and braces stands for its address"),
    expect: z
      .union([z.enum(["none", "some"]), rawBounds])
      .optional()
      .describe("how many packets the filter matches; some unless given"),
    within: within.describe("how long to wait for them, or for `none` to watch"),
  }),
  exec: z.strictObject({
    at: sentence.describe("node/NAME, pod/NS/NAME, host/NAME, …"),
    command: z
      .union([sentence, z.array(z.string()).min(1)])
      .describe("program and arguments; a text is run by sh -c"),
    timeout: durationText.optional().describe("when to give up; 30s unless given"),
  }),
  apply: z.union([
    sentence,
    z.strictObject({
      path: sentence.describe("a file or a folder, relative to this file"),
      namespace: dnsLabel.optional().describe("for objects that name none"),
    }),
    z.record(z.string(), z.unknown()),
    z.array(z.union([sentence, z.record(z.string(), z.unknown())])).min(1),
  ]),
  delete: sentence,
  scale: z.strictObject({
    deployment: sentence.optional().describe("NAMESPACE/NAME"),
    statefulset: sentence.optional().describe("NAMESPACE/NAME"),
    replicaset: sentence.optional().describe("NAMESPACE/NAME"),
    replicas: count.describe("how many pods there shall be"),
  }),
  kill: sentence,
  wait: z.strictObject({
    endpoints: sentence.optional().describe("a Service, NAMESPACE/NAME, has `count` endpoints"),
    ready: sentence.optional().describe("a pod, all pods of a workload, or a node is ready"),
    deleted: sentence.optional().describe("a pod, a workload or a Service is gone"),
    rules: sentence.optional().describe("the rules of this node, or of `all`, are up to date"),
    count: rawBounds.optional().describe("for endpoints: how many; at least 1 unless given"),
    within: within.describe("when to give up; 10s unless given"),
  }),
  rollout: z.strictObject({
    deployment: sentence.describe("NAMESPACE/NAME"),
    image: sentence.optional().describe("the new image; a restart unless given"),
    within: within.describe("when to give up; 30s unless given"),
  }),
  fail: fault,
  heal: fault,
  impair: z.strictObject({
    at: sentence.describe("an interface, such as node/node01:eth0"),
    direction: z.enum(["out", "in", "both"]).optional().describe("both unless given"),
    delay: durationText.optional().describe("added to every packet"),
    jitter: durationText.optional().describe("how far the delay varies"),
    loss: shareText.optional().describe("how many packets are lost"),
    duplicate: shareText.optional().describe("how many packets come twice"),
    corrupt: shareText.optional().describe("how many packets have a bit flipped"),
    reorder: shareText.optional().describe("how many packets overtake those that are delayed"),
    rate: rateText.optional().describe("the most that passes: 10mbit, 125kbps"),
  }),
  parallel: z.array(z.unknown()).min(1),
  during: z.strictObject({
    steps: z.array(z.unknown()).min(1).describe("what happens meanwhile"),
    probe: rawProbe.describe("what is asked again and again"),
    every: durationText.optional().describe("from one attempt to the next; 10ms unless given"),
  }),
};

/** What a step is for, as editors show it. */
export const stepDescriptions: { readonly [T in StepType]: string } = {
  capture: "record packets at these places from now on",
  probe: "send one probe and expect something of it",
  packets: "count captured packets",
  exec: "run a program in a node, pod or host",
  apply: "create or change objects: a file, a folder, or manifests written out",
  delete: "delete an object: deploy/NS/NAME, svc/NS/NAME, pod/NS/NAME, …",
  scale: "change the number of a workload's pods",
  kill: "end a pod without grace: pod/NS/NAME, or one of deploy/NS/NAME",
  wait: "wait until something is so",
  rollout: "replace the pods of a deployment",
  fail: "break a node, a link or a component",
  heal: "mend what was broken",
  impair: "delay, lose or slow down packets",
  parallel: "run steps at the same time",
  during: "repeat a probe while other steps run",
};

/** The keys that may stand beside a step's own. */
export const rawStepSiblings: {
  readonly name: z.ZodType<string | undefined>;
  readonly probe: z.ZodType<RawProbeExpectation | undefined>;
  readonly exec: z.ZodType<RawExecExpectation | undefined>;
} = {
  name: sentence.optional().describe("what the report calls this step"),
  probe: rawProbeExpectation.optional().describe("what must be seen; success unless given"),
  exec: rawExecExpectation.optional().describe("what must be seen; exit code 0 unless given"),
};

/** Steps with an `expect` beside their key. */
export const stepsWithExpect: ReadonlySet<StepType> = new Set<StepType>([
  "probe",
  "exec",
  "during",
]);
