import { PodwireError } from "../../../base/podwire-error.ts";

/** Rules hold something that this reader does not know; it refuses rather than guess what the kernel would do. */
export class RulesError extends PodwireError {
  readonly code = "RULES_NOT_UNDERSTOOD";
  readonly exitCode = 1;
}
