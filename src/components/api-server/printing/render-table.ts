/** Objects as rows of a table, with the columns that `kubectl get` prints: the server decides them. */
import type { Kind } from "../../../api/objects/kinds.ts";
import type { KubeObject } from "../../../api/objects/meta.ts";
import { tableOf } from "./all-tables.ts";
import type { Cell, Column } from "./column.ts";
import type { RowCondition } from "./kind-table.ts";

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: string;
  readonly metadata: object;
  /** Null in a watch, from the second event on. */
  readonly columnDefinitions: readonly Column[] | null;
  readonly rows: ReadonlyArray<{
    readonly cells: readonly Cell[];
    readonly conditions?: readonly RowCondition[];
    readonly object?: object;
  }>;
}

export interface TableOptions {
  readonly kind: Kind;
  readonly metadata: object;
  /** Of meta.k8s.io. */
  readonly version: string;
  readonly withColumns: boolean;
  /** Milliseconds since the epoch, for ages. */
  readonly now: number;
  readonly rowObject: (object: KubeObject) => object | undefined;
}

/** @param objects of `options.kind`. */
export function renderTable(objects: readonly KubeObject[], options: TableOptions): Table {
  const { kind, metadata, version, withColumns, now, rowObject } = options;
  const { columns, cells, conditions } = tableOf(kind);
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columns : null,
    rows: objects.map((object) => {
      const shown = rowObject(object);
      const met = conditions?.(object) ?? [];
      return {
        cells: cells(object, now),
        ...(met.length > 0 && { conditions: met }),
        ...(shown && { object: shown }),
      };
    }),
  };
}
