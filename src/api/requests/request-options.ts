import type { AnyObject } from "../objects/kinds.ts";
import type { AdmissionOptions } from "./admission.ts";

export interface RequestOptions extends AdmissionOptions {
  /** What to do about fields that the API does not have. @default "Warn" */
  readonly fieldValidation?: "Ignore" | "Strict" | "Warn";
  /** Answers as if it were done, and does not do it. */
  readonly dryRun?: boolean;
  /** Who writes, for the object's `managedFields`. Absent, nobody notes it down. */
  readonly fieldManager?: string;
  /** The part that is written, where it is not the object itself: `scale`. */
  readonly subresource?: string;
}

export interface Written {
  readonly object: AnyObject;
  /** Sentences to show, such as `unknown field "spec.replica", did you mean "replicas"?` */
  readonly warnings: readonly string[];
}
