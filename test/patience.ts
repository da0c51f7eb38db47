/**
 * How long tests wait for what has to come. Each says how long that may take on a busy machine; here it becomes
 * longer where everything takes longer.
 */

/** As `npm run vm` says it where it emulates the processor. A sandbox in that machine sees none of its files. */
const slowness = Number(process.env["PODWIRE_SLOWNESS"] ?? 1);

/** For limits that are numbers: `t.timeout(patient(120_000))`. */
export function patient(usualMs: number): number {
  return usualMs * slowness;
}

/** For `until`, and all else that takes a signal. */
export function patience(usualMs: number): AbortSignal {
  return AbortSignal.timeout(patient(usualMs));
}
