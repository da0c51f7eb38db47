import { isRecord } from "../../api/decoding/check-schema.ts";
import { type AnyObject, kinds } from "../../api/kinds.ts";
import { canonicalJson } from "../../api/safe-name.ts";

const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/** More than an object's annotations may have together is left out: kubectl cannot apply such an object either. */
const longest = 256 * 1024;

/**
 * `object`, which was read from `written`, with the annotation that `kubectl apply` would have left: so that a later
 * `kubectl apply` of the same file, on either side, finds what it is used to and knows what was taken out of it.
 */
export function withLastApplied<T extends AnyObject>(object: T, written: unknown): T {
  if (!isRecord(written)) return object;
  const { namespace, annotations = {} } = object.metadata;
  const given = isRecord(written["metadata"]) ? written["metadata"] : {};
  const { [lastApplied]: _earlier, ...own } = isRecord(given["annotations"])
    ? given["annotations"]
    : {};
  const metadata = {
    ...given,
    annotations: own,
    ...(kinds[object.kind].namespaced && { namespace }),
  };
  const text = `${asGoWritesIt(canonicalJson({ ...written, metadata }))}\n`;
  if (text.length + canonicalJson(annotations).length > longest) return object;
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...annotations, [lastApplied]: text } },
  };
}

/** With what HTML could take for its own escaped: kubectl's text and ours are the same to the letter. */
function asGoWritesIt(json: string): string {
  return json.replaceAll(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
