import { connect } from "../../lab/connect.ts";
import { LabError } from "../../lab/lab-error.ts";
import { predictOnPaper } from "../../lab/predict/paper-prediction.ts";
import type { Prediction, PredictionRequest } from "../../observe/prediction.ts";
import { renderPrediction } from "../../report/text/prediction-text.ts";
import type { ProxyMode } from "../../topology/proxy-options.ts";
import type { NetworkVariant } from "../../topology/raw/network-variant.ts";
import { notesOnFiles } from "../notes-on-files.ts";
import type { Terminal } from "../terminal.ts";

export interface PredictFlags {
  readonly protocol: Prediction["protocol"];
  readonly via?: string;
  readonly ipv4?: boolean;
  readonly ipv6?: boolean;
  readonly file?: readonly string[];
  readonly proxyMode?: ProxyMode;
  readonly network?: NetworkVariant;
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
  terminal: Terminal,
): Promise<void> {
  refuseOfFiles(flags);
  const { protocol, via, file, rules = false, lab, json = false } = flags;
  const request = {
    ...{ from, to, protocol },
    ...(via !== undefined && { via }),
    ...(flags.ipv4 === true && { ipFamily: "IPv4" as const }),
    ...(flags.ipv6 === true && { ipFamily: "IPv6" as const }),
  };
  const prediction =
    file === undefined
      ? await connect(lab).predict(request)
      : await predictFromFiles(file, request, flags, terminal);
  const { out, colour } = terminal;
  out(
    json
      ? `${JSON.stringify(prediction, null, 2)}\n`
      : renderPrediction(prediction, { colour, rules }),
  );
}

/** @throws LabError `USAGE` for options that would be passed over in silence: a lab has what it has. */
function refuseOfFiles({ file, proxyMode, network, config, seed }: PredictFlags): void {
  if (file !== undefined) return;
  const ofFiles = {
    "--proxy-mode": proxyMode,
    "--network": network,
    "--config": config,
    "--seed": seed,
  };
  const given = Object.entries(ofFiles).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (given.length === 0) return;
  const message = `${given.join(", ")}: only of files; a lab has what it was built with`;
  throw new LabError({ code: "USAGE", message, hint: "name files with --file", exitCode: 2 });
}

async function predictFromFiles(
  files: readonly string[],
  request: PredictionRequest,
  { proxyMode, network, config, seed }: PredictFlags,
  { err }: Terminal,
): Promise<Prediction> {
  const options = { mode: proxyMode, network, config, seed };
  const { prediction, ...notes } = await predictOnPaper(files, request, options);
  err(notesOnFiles(notes));
  return prediction;
}
