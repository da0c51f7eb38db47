/** What the lab of a file needs besides what every lab does: for setup, which installs no more than is used. */
import type { Need } from "../../kernel/programs/need.ts";
import { InvalidTopologyError } from "../../topology/source/problem.ts";
import { loadVariants } from "../load.ts";
import { labNeeds } from "./lab-needs.ts";

/** A file with mistakes needs nothing: whoever runs it is told of them. */
export function needsOfFile(file: string): readonly Need[] {
  try {
    return [...new Set(loadVariants(file).flatMap(({ plan }) => labNeeds(plan)))];
  } catch (error) {
    if (error instanceof InvalidTopologyError) return [];
    throw error;
  }
}
