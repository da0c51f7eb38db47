import { examineHost } from "../../lab/needs/doctor.ts";
import { renderDoctor } from "../../report/text/doctor-text.ts";
import type { Terminal } from "../terminal.ts";

const LACKING_EXIT_CODE = 3;

/** 0 when everything that every lab needs is there, 3 otherwise. */
export async function doctorCommand(
  { json = false }: { readonly json?: boolean },
  { out, colour }: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const report = await examineHost(signal);
  out(json ? `${JSON.stringify(report, null, 2)}\n` : renderDoctor(report, colour));
  return report.ok ? 0 : LACKING_EXIT_CODE;
}
