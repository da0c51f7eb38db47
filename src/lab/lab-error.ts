import { PodwireError } from "../base/podwire-error.ts";
import type { ErrorMessage } from "./control/protocol.ts";

/** What a running lab answered instead of a result, or that it did not answer. */
export class LabError extends PodwireError {
  readonly code: string;
  readonly exitCode: number;
  /** The stack inside the lab, when the error is a bug there. */
  readonly remoteStack: string | undefined;

  constructor({ code, message, exitCode, hint, stack }: ErrorMessage, cause?: unknown) {
    super(message, { hint, cause });
    this.code = code;
    this.exitCode = exitCode;
    this.remoteStack = stack;
  }

  /** Nobody listens on the lab's control socket any more. */
  static gone(cause?: unknown): LabError {
    return new LabError(
      { code: "LAB_GONE", message: "the lab is not running", exitCode: 3 },
      cause,
    );
  }
}
