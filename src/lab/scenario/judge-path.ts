import { machinesOf } from "../../observe/walk/describe-walk.ts";
import type { Leg } from "../../observe/walk/packet-walk.ts";
import { formatWhere } from "../../topology/where/format-where.ts";
import type { Machine } from "../../topology/where/where.ts";
import type { Meanings } from "./judge-probe.ts";
import type { Mismatch } from "./mismatch.ts";

/** Did the packet pass these machines, in this order, and no others but switches? */
export function judgePath(
  { packet, passages }: Leg,
  expected: readonly Machine[],
  { machines }: Pick<Meanings, "machines">,
): Mismatch | undefined {
  const seen = machinesOf({ packet, passages: passages.filter(({ where }) => where !== SWITCHES) });
  const holds =
    seen.length === expected.length &&
    expected.every((place, index) => machines(place).includes(seen[index] ?? ""));
  if (holds) return undefined;
  return {
    expected: `path ${expected.map(formatWhere).join(" / ") || "none"}`,
    seen: `path ${seen.join(" / ") || "none: no packet left"}`,
  };
}

/** Where all the underlay's switches are. */
const SWITCHES = formatWhere({ type: "fabric", name: "underlay" });
