/** Predictions without a lab: from what kube-proxy would write for the files. */
import { isLoopback } from "../../net/ip-address.ts";
import type { Prediction, PredictionRequest } from "../../observe/prediction.ts";
import { parseQuestion } from "../inside/parse-request.ts";
import { Places } from "../live/places/places.ts";
import { type Drawing, DrawingError, type DrawOptions, drawFiles } from "../paper/draw-files.ts";
import { type PredictedLab, predictFlow } from "./predict-flow.ts";

/** What will be, and what there is to say of the files that it is told from. */
interface PaperPrediction extends Pick<Drawing, "problems" | "openChoices"> {
  readonly prediction: Prediction;
}

/**
 * @throws InvalidTopologyError with every mistake of the files; RunError for places that are not in them.
 */
export async function predictOnPaper(
  files: readonly string[],
  request: PredictionRequest,
  options: Omit<DrawOptions, "node"> = {},
): Promise<PaperPrediction> {
  const drawing = await drawFiles(files, options);
  const prediction = await predictFlow(paperPrediction(drawing), parseQuestion(request));
  const { problems, openChoices } = drawing;
  return { prediction, problems, openChoices };
}

export function paperPrediction({ cluster, rulesOn }: Drawing): PredictedLab {
  const { topology, store, addressesOf } = cluster;
  const nodeNamed = (name: string): Drawing["node"] => {
    const node = topology.nodes.find((each) => each.name === name);
    if (node === undefined) throw new DrawingError(`there is no node ${name}`);
    return node;
  };
  const addressesIn = (name: string) =>
    addressesOf(nodeNamed(name)).filter((address) => !isLoopback(address));
  return {
    topology,
    store,
    places: new Places({ topology, store, addressesIn }),
    addressesOf: addressesIn,
    rulesOn: async (name, family) => {
      const node = nodeNamed(name);
      return { mode: node.proxy.mode, text: rulesOn(node, family) };
    },
  };
}
