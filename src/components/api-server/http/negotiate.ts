/** What a client wants the answer to be: its Accept header, after apiserver's negotiation. */
import { ApiError } from "../../../api/errors/api-error.ts";

/** Other shapes of an object than its own. */
type Shape = "PartialObjectMetadata" | "PartialObjectMetadataList" | "Table";

export interface Accepted {
  readonly format: "json" | "yaml";
  /** Absent: the object itself. */
  readonly as?: { readonly shape: Shape; readonly version: string };
}

interface Clause {
  readonly mediaType: string;
  readonly parameters: ReadonlyMap<string, string>;
}

const formats: ReadonlyMap<string, Accepted["format"]> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/*", "json"],
  ["*/*", "json"],
]);

const shapes: ReadonlySet<string> = new Set([
  "PartialObjectMetadata",
  "PartialObjectMetadataList",
  "Table",
]);
const shapeVersions: ReadonlySet<string> = new Set(["v1", "v1beta1"]);

/**
 * The first clause of `accept` that the server can give. Protobuf it cannot; whoever asks for it
 * names another type behind.
 *
 * @throws ApiError NotAcceptable.
 */
export function negotiate(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === "") return { format: "json" };
  for (const clause of parseAccept(accept)) {
    const accepted = acceptedBy(clause);
    if (accepted !== undefined) return accepted;
  }
  throw new ApiError("NotAcceptable", "406: Not Acceptable", { details: {} });
}

/** In the order of the client's liking. */
export function parseAccept(accept: string): readonly Clause[] {
  const clauses = accept.split(",").map((text) => {
    const [mediaType = "", ...rest] = text.split(";").map((part) => part.trim());
    const parameters = new Map(
      rest.map((part) => {
        const at = part.indexOf("=");
        return at === -1 ? [part, ""] : [part.slice(0, at), part.slice(at + 1)];
      }),
    );
    return { mediaType: mediaType.toLowerCase(), parameters };
  });
  // Sorting is stable: what is liked equally stays in order.
  return clauses.sort((a, b) => quality(b) - quality(a));
}

function quality({ parameters }: Clause): number {
  const q = Number(parameters.get("q") ?? 1);
  return Number.isNaN(q) ? 1 : q;
}

function acceptedBy({ mediaType, parameters }: Clause): Accepted | undefined {
  const format = formats.get(mediaType);
  if (format === undefined) return undefined;
  const shape = parameters.get("as");
  if (shape === undefined) return { format };
  const version = parameters.get("v") ?? "";
  const isKnown =
    shapes.has(shape) && parameters.get("g") === "meta.k8s.io" && shapeVersions.has(version);
  // Checked against the table of shapes.
  return isKnown ? { format, as: { shape: shape as Shape, version } } : undefined;
}
