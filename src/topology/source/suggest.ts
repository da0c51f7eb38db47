/** "Did you mean": the nearest of the words that would have been right. */
import { nearest } from "../../base/nearest.ts";

/** ``did you mean `podCIDR`?``, else what there is to choose from, else undefined. */
export function suggestion(
  text: string,
  candidates: readonly string[],
  label: string,
): string | undefined {
  const near = nearest(text, candidates);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (candidates.length === 0) return undefined;
  const shown = candidates.slice(0, 12).join(", ");
  return `${label}: ${shown}${candidates.length > 12 ? ", …" : ""}`;
}
