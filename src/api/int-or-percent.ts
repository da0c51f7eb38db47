/** Resolves `maxSurge: 25%` and its like, after apimachinery's util/intstr. */

/** A count, or a percentage of some total such as `25%`. */
export type IntOrPercent = number | string;

/** A percentage is taken of `total`; anything that is neither count nor percentage is 0. */
export function resolveIntOrPercent(
  value: IntOrPercent,
  total: number,
  rounding: "down" | "up",
): number {
  if (typeof value === "number") return value;
  const percent = /^(\d+)%$/.exec(value)?.[1];
  if (percent === undefined) return 0;
  const exact = (Number(percent) * total) / 100;
  return rounding === "up" ? Math.ceil(exact) : Math.floor(exact);
}
