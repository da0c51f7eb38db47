import type { Scenario } from "../../../topology/scenario/scenario.ts";
import type { Handlers } from "../../control/control-server.ts";
import type { LiveLab } from "../../live/live-lab.ts";
import { RunError } from "../../live/run-error.ts";
import { livePrediction } from "../../predict/live-prediction.ts";
import { predictFlow } from "../../predict/predict-flow.ts";
import { runScenario } from "../../scenario/run-scenario.ts";
import { parseProbe, parseQuestion } from "../parse-request.ts";
import type { LabSession } from "./lab-session.ts";

/** What is sent through the lab, one packet or a whole scenario, and what would become of it. */
export function trafficHandlers(
  session: LabSession,
): Pick<Handlers, "probe" | "walk" | "predict" | "run"> {
  return {
    probe: (request, { signal }) => session.lab.probe(parseProbe(request), signal),
    walk: (request, { signal }) => session.lab.walk(parseProbe(request), signal),
    predict: (request) => predictFlow(livePrediction(session.lab), parseQuestion(request)),
    run: async ({ scenario, outputDirectory }, { emit, signal }) => {
      const { lab } = session;
      const options = { outputDirectory, emit, signal };
      return { outcome: await runScenario(lab, scenarioOf(lab, scenario), options) };
    },
  };
}

function scenarioOf({ request }: LiveLab, wanted: string): Scenario {
  const scenario = request.scenarios.find(({ name }) => name === wanted);
  if (scenario !== undefined) return scenario;
  throw new RunError("RUN_NO_SUCH_SCENARIO", `there is no scenario ${JSON.stringify(wanted)}`);
}
