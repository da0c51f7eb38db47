import type { ImpairStep } from "../../../topology/scenario/scenario.ts";
import { formatInterfacePlace } from "../../../topology/where/format-where.ts";
import type { StepContext } from "../step-context.ts";

export async function runImpair(step: ImpairStep, { lab }: StepContext): Promise<string> {
  lab.impair(step);
  return `${formatInterfacePlace(step.at)}: ${describe(step) || "as before"}`;
}

function describe(step: ImpairStep): string {
  const { delayMs, jitterMs, rateBitsPerSecond } = step;
  const times = [
    delayMs === undefined ? undefined : `delay ${delayMs} ms`,
    jitterMs === undefined ? undefined : `jitter ${jitterMs} ms`,
  ];
  const shares = (["loss", "duplicate", "corrupt", "reorder"] as const).map((name) => {
    const share = step[name];
    return share === undefined ? undefined : `${name} ${Math.round(share * 10_000) / 100} %`;
  });
  const rate =
    rateBitsPerSecond === undefined ? undefined : `rate ${rateBitsPerSecond / 1_000} kbit/s`;
  return [...times, ...shares, rate].filter((text) => text !== undefined).join(", ");
}
