/** The one place where manifests meet the API's own rules. */

import {
  describeFieldError,
  type FieldError,
  formatFieldPath,
} from "../../api/errors/field-errors.ts";
import type { AnyObject } from "../../api/objects/kinds.ts";
import { asApplied } from "../../api/patch/apply/last-applied.ts";
import { prepareCreate } from "../../api/requests/admission.ts";
import type { Report } from "../source/problem.ts";
import { at, problemAt, type Spot } from "../source/source.ts";

/**
 * The object as the API server would store it, with its defaults; undefined
 * when the server would refuse it, and then every reason is reported.
 *
 * @param namespace for an object that names none.
 */
export function admit(
  value: unknown,
  spot: Spot,
  namespace: string | undefined,
  report: Report,
): AnyObject | undefined {
  const options = namespace === undefined ? {} : { namespace };
  const { object, errors, unknownFields } = prepareCreate(value, options);
  for (const { path, suggestions } of unknownFields) {
    const [near] = suggestions;
    const message = `${nameOf(value)}: unknown field \`${formatFieldPath(path)}\``;
    // The server would drop it and create the object all the same: an error only when it is
    // clear that another field was meant.
    const severity = near === undefined ? "warning" : "error";
    const hint = near === undefined ? "remove it" : `did you mean \`${near}\`?`;
    const place = at(spot, ...path);
    report(problemAt(place, "TOPOLOGY_BAD_MANIFEST", message, { severity, target: "key", hint }));
  }
  reportErrors(errors, value, spot, report);
  return object && asApplied(object, value);
}

function reportErrors(
  errors: readonly FieldError[],
  value: unknown,
  spot: Spot,
  report: Report,
): void {
  // A default that follows a wrong value is wrong as well: the value is what the author wrote.
  const written = errors.filter(({ path }) => has(value, fieldAt(path)));
  for (const error of written.length > 0 ? errors.filter(isSaid(written)) : errors) {
    const message = `${nameOf(value)}: ${formatFieldPath(error.path)}: ${describeFieldError(error)}`;
    report(problemAt(at(spot, ...fieldAt(error.path)), "TOPOLOGY_BAD_MANIFEST", message));
  }
}

/** In one of the server's messages a field has a capital letter that it has nowhere else. */
function fieldAt(path: FieldError["path"]): FieldError["path"] {
  return path.map((key) => (key === "LoadBalancerSourceRanges" ? "loadBalancerSourceRanges" : key));
}

function isSaid(written: readonly FieldError[]): (error: FieldError) => boolean {
  return (error) => error.type === "required" || written.includes(error);
}

function has(value: unknown, path: FieldError["path"]): boolean {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, key))
      return false;
    current = Reflect.get(current, key);
  }
  return true;
}

/** `Service redis`. */
function nameOf(value: unknown): string {
  const field = (owner: unknown, key: string): unknown =>
    typeof owner === "object" && owner !== null ? Reflect.get(owner, key) : undefined;
  return `${field(value, "kind")} ${field(field(value, "metadata"), "name") ?? ""}`.trim();
}
