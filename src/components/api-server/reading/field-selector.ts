/** Field selectors, as in `kubectl get --field-selector`: after apimachinery's fields package. */
import { ApiError } from "../../../api/errors/api-error.ts";
import type { Kind } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { hasOwnFields, selectableField } from "./selectable-fields.ts";

export type Matches = (object: KubeObject) => boolean;

/**
 * Reads `status.phase!=Failed,spec.nodeName=node01`. A backslash before `,`, `=` or `\` makes it part of a value.
 *
 * @throws ApiError BadRequest for what is no selector, and for a field by which the kind cannot be selected.
 */
export function parseFieldSelector(text: string, kind: Kind): Matches {
  const terms = splitTerms(text)
    .filter((term) => term !== "")
    .map((term) => parseTerm(term, text, kind));
  return (object) => terms.every((matches) => matches(object));
}

function splitTerms(text: string): readonly string[] {
  return text.match(/(?:\\.|[^,\\])+/g) ?? [];
}

function parseTerm(term: string, selector: string, kind: Kind): Matches {
  const match = /^(?<field>[^=!\\]*)(?<operator>!=|==|=)(?<value>(?:\\.|[^\\])*)$/.exec(term);
  const { field = "", operator = "", value = "" } = match?.groups ?? {};
  if (match === null) {
    throw new ApiError("BadRequest", `invalid selector: '${selector}'; can't understand '${term}'`);
  }
  const read = selectableField(kind, field);
  if (read === undefined) throw unknownField(kind, field);
  const wanted = value.replaceAll(/\\([,=\\])/g, "$1");
  const isWanted = operator !== "!=";
  return (object) => (read(object) === wanted) === isWanted;
}

function unknownField(kind: Kind, field: string): ApiError {
  return new ApiError(
    "BadRequest",
    hasOwnFields(kind)
      ? `field label not supported: ${field}`
      : `"${field}" is not a known field selector: only "metadata.name", "metadata.namespace"`,
  );
}
