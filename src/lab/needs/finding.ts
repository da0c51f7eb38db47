import type { CheckOutcome } from "../../kernel/checks/check.ts";

/** What came of one check inside the sandbox, as it crosses the pipe. */
export interface SandboxFinding {
  readonly group: string;
  /** Unique in its group. */
  readonly name: string;
  readonly outcome: CheckOutcome;
}
