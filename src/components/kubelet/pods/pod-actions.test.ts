/** Containers by letter; `a?` waits, `a!` runs, `a0` and `a1` have ended with that exit code. */
import test from "ava";
import type { PodSpec } from "../../../api/objects/pod.ts";
import {
  type ContainerRecord,
  type ContainerRole,
  initialRecords,
  withEnd,
  withStart,
} from "../containers/container-record.ts";
import { podPhase } from "../status/pod-phase.ts";
import { podActions } from "./pod-actions.ts";

interface Row {
  readonly title: string;
  readonly restartPolicy?: "Always" | "OnFailure" | "Never";
  readonly init?: string;
  readonly sidecars?: string;
  readonly main: string;
  readonly start?: string;
  readonly backingOff?: string;
  readonly isOver?: boolean;
  readonly phase: string;
}

const nowMs = 100_000;

function records(notation: string, role: ContainerRole): readonly ContainerRecord[] {
  return notation
    .split(" ")
    .filter((word) => word !== "")
    .map((word) => {
      const [name = "", mark = ""] = word;
      const [record] = initialRecords({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "p" },
        spec: { containers: [{ name }] },
      });
      if (record === undefined) throw new Error("no record");
      return inState({ ...record, role }, mark, word.includes("~"));
    });
}

/** `~` after the mark: it has crashed before, and is held back. */
function inState(record: ContainerRecord, mark: string, hasCrashed: boolean): ContainerRecord {
  if (mark === "?") return record;
  const first = withStart(record, "id", nowMs - 2_000);
  const end = {
    id: "id",
    exitCode: Number(mark),
    startedAtMs: nowMs - 2_000,
    endedAtMs: nowMs - 1_000,
  };
  if (mark === "!") return first;
  if (!hasCrashed) return withEnd(first, end);
  return withEnd(withStart(withEnd(first, end), "id", nowMs - 1_500), end);
}

const rows: readonly Row[] = [
  {
    title: "a new pod starts its containers in order",
    main: "a? b?",
    start: "a b",
    phase: "Pending",
  },
  { title: "what runs is left alone", main: "a! b?", start: "b", phase: "Pending" },
  { title: "all run", main: "a! b!", phase: "Running" },
  {
    title: "init containers come first, one at a time",
    init: "i? j?",
    main: "a?",
    start: "i",
    phase: "Pending",
  },
  {
    title: "the next init container waits for the first",
    init: "i! j?",
    main: "a?",
    phase: "Pending",
  },
  {
    title: "the next init container follows",
    init: "i0 j?",
    main: "a?",
    start: "j",
    phase: "Pending",
  },
  {
    title: "after the last init container come the containers",
    init: "i0 j0",
    main: "a?",
    start: "a",
    phase: "Pending",
  },
  {
    title: "a failed init container is tried again",
    init: "i1",
    main: "a?",
    start: "i",
    phase: "Pending",
  },
  {
    title: "a failed init container ends a pod that never restarts",
    restartPolicy: "Never",
    init: "i1",
    main: "a?",
    isOver: true,
    phase: "Failed",
  },
  { title: "a crash is followed by a restart", main: "a1", start: "a", phase: "Running" },
  { title: "a second crash is followed by a wait", main: "a1~", backingOff: "a", phase: "Running" },
  {
    title: "an end without error is a crash too, where containers run always",
    main: "a0~",
    backingOff: "a",
    phase: "Running",
  },
  {
    title: "OnFailure restarts a failure",
    restartPolicy: "OnFailure",
    main: "a1 b0",
    start: "a",
    phase: "Running",
  },
  {
    title: "OnFailure is content with success",
    restartPolicy: "OnFailure",
    main: "a0 b0",
    isOver: true,
    phase: "Succeeded",
  },
  {
    title: "Never restarts nothing",
    restartPolicy: "Never",
    main: "a1 b0",
    isOver: true,
    phase: "Failed",
  },
  {
    title: "Never waits for the last one",
    restartPolicy: "Never",
    main: "a1 b!",
    phase: "Running",
  },
  {
    title: "a sidecar that runs lets the containers start",
    sidecars: "s!",
    main: "a?",
    start: "a",
    phase: "Pending",
  },
  {
    title: "a sidecar starts before the containers",
    sidecars: "s?",
    main: "a?",
    start: "s",
    phase: "Pending",
  },
  {
    title: "a sidecar is restarted beside the containers",
    sidecars: "s0",
    main: "a!",
    start: "s",
    phase: "Running",
  },
  {
    title: "a sidecar does not keep a finished pod",
    restartPolicy: "Never",
    sidecars: "s!",
    main: "a0",
    isOver: true,
    phase: "Succeeded",
  },
];

for (const {
  title,
  restartPolicy,
  init = "",
  sidecars = "",
  main,
  start = "",
  backingOff = "",
  isOver = false,
  phase,
} of rows) {
  test(title, (t) => {
    const spec: PodSpec = { containers: [], ...(restartPolicy !== undefined && { restartPolicy }) };
    const all = [
      ...records(init, "init"),
      ...records(sidecars, "sidecar"),
      ...records(main, "main"),
    ];
    const actions = podActions(spec, all, nowMs);
    t.is(actions.start.join(" "), start);
    t.is(actions.backingOff.join(" "), backingOff);
    t.is(actions.isOver, isOver);
    t.is(actions.comeBackAtMs, backingOff === "" ? undefined : nowMs - 1_000 + 10_000);
    t.is(podPhase(spec, all, "staying"), phase as ReturnType<typeof podPhase>);
  });
}

for (const { main, phase } of [
  { main: "a0 b0", phase: "Succeeded" },
  { main: "a0 b1", phase: "Failed" },
  { main: "a0 b!", phase: "Running" },
] as const) {
  test(`a pod that was asked to end is ${phase} with ${main}`, (t) => {
    t.is(podPhase({ containers: [] }, records(main, "main"), "ending"), phase);
  });
}
