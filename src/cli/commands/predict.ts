import { connect } from "../../lab/connect.ts";
import { predictOnPaper } from "../../lab/predict/paper-prediction.ts";
import type { Prediction } from "../../observe/prediction.ts";
import { renderPrediction } from "../../report/text/prediction-text.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { Terminal } from "../terminal.ts";

export interface PredictFlags {
  readonly protocol: Prediction["protocol"];
  readonly via?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly file?: readonly string[];
  readonly mode?: ProxyMode;
  readonly config?: string;
  readonly seed?: number;
  readonly rules?: boolean;
  readonly lab?: string;
  readonly json?: boolean;
}

export async function predictCommand(
  from: string,
  to: string,
  flags: PredictFlags,
  { out, colour }: Terminal,
): Promise<void> {
  const { protocol, via, file, mode, config, seed, rules = false, lab, json = false } = flags;
  const request = {
    ...{ from, to, protocol },
    ...(via !== undefined && { via }),
    ...(flags.ipv4 === true && { ipFamily: "IPv4" as const }),
    ...(flags.ipv6 === true && { ipFamily: "IPv6" as const }),
  };
  const prediction =
    file === undefined
      ? await connect(lab).predict(request)
      : await predictOnPaper(file, request, { mode, config, seed });
  out(
    json
      ? `${JSON.stringify(prediction, null, 2)}\n`
      : renderPrediction(prediction, { colour, rules }),
  );
}
