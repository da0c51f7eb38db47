/** What `nft -j list table` says that a table holds, as far as the next sync builds on it. */
import * as z from "zod";
import { containers } from "../fixed-rules/containers.ts";
import { elementId, type TableElement } from "../service-rules/elements.ts";
import { isAffinitySet, isPerServiceChain } from "../service-rules/object-names.ts";

export interface TableContent {
  /** Per-service chains. */
  readonly chains: ReadonlySet<string>;
  /** Those of them that hold rules: one that waits for its deletion does not. */
  readonly filledChains: ReadonlySet<string>;
  readonly affinitySets: ReadonlySet<string>;
  /** By {@link elementId}. */
  readonly elements: ReadonlyMap<string, TableElement>;
}

/** That of a node where no kube-proxy has been. */
export const noTable: TableContent = {
  chains: new Set(),
  filledChains: new Set(),
  affinitySets: new Set(),
  elements: new Map(),
};

const plainKey = z.union([
  z.string(),
  z.object({ concat: z.array(z.union([z.string(), z.number()])) }),
]);
const key = z.union([plainKey, z.object({ elem: z.object({ val: plainKey }) })]);
const verdict = z.union([
  z.object({ goto: z.object({ target: z.string() }) }),
  z.object({ drop: z.null() }),
]);
const withElements = z.object({ name: z.string(), elem: z.array(z.unknown()).optional() });
const listed = z.object({
  chain: z.object({ name: z.string() }).optional(),
  rule: z.object({ chain: z.string() }).optional(),
  set: withElements.optional(),
  map: withElements.optional(),
});
const listing = z.object({ nftables: z.array(listed) });

type Listed = z.infer<typeof listed>;

/** @throws ZodError for what is no such listing. */
export function readTable(json: string): TableContent {
  const objects = listing.parse(JSON.parse(json)).nftables;
  const chains = objects.flatMap(({ chain }) => chain?.name ?? []);
  const filled = objects.flatMap(({ rule }) => rule?.chain ?? []);
  const sets = objects.flatMap(({ set }) => set?.name ?? []);
  return {
    chains: new Set(chains.filter(isPerServiceChain)),
    filledChains: new Set(filled.filter(isPerServiceChain)),
    affinitySets: new Set(sets.filter(isAffinitySet)),
    elements: new Map(objects.flatMap(readElements).map((element) => [element.id, element])),
  };
}

function readElements({ set, map }: Listed): readonly TableElement[] {
  const { name, elem = [] } = set ?? map ?? { name: "" };
  const container = containers.find((each) => each === name);
  if (container === undefined) return [];
  const read = map === undefined ? readSetElement : readMapElement;
  return elem.map((each) => {
    const { key, value } = read(each);
    return { id: elementId(container, key), value };
  });
}

interface KeyAndValue {
  readonly key: string;
  readonly value: string;
}

function readSetElement(element: unknown): KeyAndValue {
  return { key: readKey(element), value: "" };
}

/** A pair of key and verdict; the key is wrapped where it carries a comment. */
function readMapElement(element: unknown): KeyAndValue {
  const [written, leads] = z.tuple([z.unknown(), verdict]).parse(element);
  return {
    key: readKey(written),
    value: "goto" in leads ? `goto ${leads.goto.target}` : "drop",
  };
}

function readKey(written: unknown): string {
  const parsed = key.parse(written);
  const plain = typeof parsed === "object" && "elem" in parsed ? parsed.elem.val : parsed;
  return typeof plain === "string" ? plain : plain.concat.join(" . ");
}
