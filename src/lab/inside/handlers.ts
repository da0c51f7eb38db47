/** What each operation of the control socket does; see protocol.ts. */
import type { Logger } from "pino";
import { isKind, type Kind } from "../../api/objects/kinds.ts";
import type { KubeObject } from "../../api/objects/meta.ts";
import { asApplied } from "../../api/patch/last-applied.ts";
import { enterCommand } from "../../kernel/processes/enter-command.ts";
import { programEnvironment } from "../../kernel/programs/program-environment.ts";
import type { Emit } from "../../observe/event.ts";
import type { Handlers } from "../control/control-server.ts";
import { LiveLab } from "../live/live-lab.ts";
import { RunError } from "../live/run-error.ts";
import { livePrediction } from "../predict/live-prediction.ts";
import { predictFlow } from "../predict/predict-flow.ts";
import { runScenario } from "../scenario/run-scenario.ts";
import { describeFailed, describeHealed } from "../scenario/steps/fault.ts";
import { CaptureTable } from "./capture-table.ts";
import type { LabLog } from "./lab-log.ts";
import { followObjects } from "./object-events.ts";
import {
  parseFault,
  parsePlace,
  parsePlaces,
  parseProbe,
  parseQuestion,
  parseWorkload,
} from "./parse-request.ts";
import { statusOf } from "./status-of.ts";
import { tellLogs } from "./tell-logs.ts";

export interface HandlerOptions {
  readonly name: string;
  readonly hostPid: Promise<number>;
  readonly log: Logger;
  /** What all components log, for those who ask. */
  readonly labLog: LabLog;
  /** See {@link LiveLabOptions.apiListenerFd}. */
  readonly apiListenerFd: number | undefined;
}

export function labHandlers(options: HandlerOptions): Handlers {
  const { name, hostPid, log, labLog, apiListenerFd } = options;
  let live: LiveLab | undefined;
  let isBuilding = false;
  const listeners = new Set<Emit>();
  const captures = new CaptureTable();
  const lab = (): LiveLab => {
    if (live === undefined) throw new RunError("RUN_BAD_REQUEST", "the lab is not built yet");
    return live;
  };
  const tell: Emit = (event) => {
    for (const listener of listeners) listener(event);
  };
  /** Adds a listener for as long as `work` takes. */
  const telling = async <T>(emit: Emit, work: () => Promise<T>): Promise<T> => {
    listeners.add(emit);
    try {
      return await work();
    } finally {
      listeners.delete(emit);
    }
  };
  return {
    build: (request, { emit, signal }) =>
      telling(emit, async () => {
        if (isBuilding) throw new RunError("RUN_BAD_REQUEST", "the lab is built already");
        isBuilding = true;
        live = await LiveLab.build({
          name,
          request,
          log,
          emit: tell,
          signal,
          apiListenerFd,
          onStore: (store) => labLog.followEvents(store),
        });
        followObjects(live.cluster.store, tell);
        return statusOf(live, await hostPid);
      }),
    status: async () => statusOf(lab(), await hostPid),
    events: (_request, { emit, signal }) => telling(emit, () => ended(signal)),
    predict: (request) => predictFlow(livePrediction(lab()), parseQuestion(request)),
    logs: async (request, { emit, signal }) => {
      await tellLogs({ lab: lab(), labLog }, request, emit, signal);
      return {};
    },
    walk: (request, { signal }) => lab().walk(parseProbe(request), signal),
    probe: (request, { signal }) => lab().probe(parseProbe(request), signal),
    exec: ({ where, command, ...options }, { signal }) =>
      lab().exec(parsePlace(where), command, { ...options, signal }),
    enter: async ({ where }) => {
      const { machines, places } = lab();
      const { netns } = places.machine(parsePlace(where));
      const command = enterCommand(machines.place(netns), await hostPid);
      return { command, env: programEnvironment(machines.environment(netns)) };
    },
    get: async ({ kind, ...key }) => select(lab(), kindOf(kind), key),
    apply: async ({ objects }) => {
      // What a caller sends is checked where it is applied.
      const written = objects as Parameters<LiveLab["apply"]>[0];
      const applied = lab().apply(written.map((object) => asApplied(object, object)));
      return applied.map(({ object }) => object);
    },
    delete: async ({ kind, namespace = "", name: object }) => {
      lab().delete(kindOf(kind), { namespace, name: object });
      return {};
    },
    scale: async ({ where, replicas }) => {
      lab().scale(parseWorkload(where), replicas);
      return {};
    },
    fail: async ({ what }) => {
      const target = parseFault(what);
      await lab().fail(target);
      return { said: describeFailed(target) };
    },
    heal: async ({ what }) => {
      const target = parseFault(what);
      await lab().heal(target);
      return { said: describeHealed(target) };
    },
    settled: async ({ withinMs }, { signal }) => {
      await lab().settled(withinMs, signal);
      return {};
    },
    startCapture: async ({ places, captureFilter }, { emit, signal }) => {
      const started = captures.add(await lab().capture(parsePlaces(places), signal, captureFilter));
      emit(started);
      await captures.keep(started.capture, signal);
      return {};
    },
    readCapture: async ({ capture, where }) => captures.read(capture, where),
    followCapture: async ({ capture, where }, { emit, signal }) => {
      await captures.follow(capture, where, emit, signal);
      return {};
    },
    stopCapture: ({ capture, file, where }) => captures.stop(capture, file, where),
    run: async ({ scenario: wanted, outputDirectory }, { emit, signal }) => {
      const scenario = lab().request.scenarios.find((each) => each.name === wanted);
      if (scenario === undefined) {
        throw new RunError(
          "RUN_NO_SUCH_SCENARIO",
          `there is no scenario ${JSON.stringify(wanted)}`,
        );
      }
      const outcome = await runScenario(lab(), scenario, { outputDirectory, emit, signal });
      return { outcome };
    },
  };
}

function kindOf(text: string): Kind {
  if (isKind(text)) return text;
  throw new RunError("RUN_BAD_REQUEST", `${text} is no kind that podwire has`);
}

function select(
  { cluster: { store } }: LiveLab,
  kind: Kind,
  { namespace, name }: { readonly namespace?: string; readonly name?: string },
): readonly KubeObject[] {
  const objects: readonly KubeObject[] = store.list(kind, namespace);
  return name === undefined ? objects : objects.filter(({ metadata }) => metadata.name === name);
}

/** Resolves when the caller hangs up. */
function ended(signal: AbortSignal): Promise<Record<string, never>> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve({}));
    if (signal.aborted) resolve({});
  });
}
