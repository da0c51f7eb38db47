/** Objects as rows of a table, with the columns that `kubectl get` prints: the server decides them. */
import type { Kind } from "../../../api/kinds.ts";
import type { KubeObject } from "../../../api/meta.ts";

/** After apimachinery's meta/v1 TableColumnDefinition. */
interface Column {
  readonly name: string;
  readonly type: "boolean" | "date" | "integer" | "number" | "string";
  /** `name` for the column that names the object. */
  readonly format: string;
  readonly description: string;
  /** From 1 on, only `-o wide` shows it. */
  readonly priority: number;
}

export interface Table {
  readonly kind: "Table";
  readonly apiVersion: string;
  readonly metadata: object;
  /** Null in a watch, from the second event on. */
  readonly columnDefinitions: readonly Column[] | null;
  readonly rows: ReadonlyArray<{
    readonly cells: ReadonlyArray<boolean | number | string | null>;
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

const columns: readonly Column[] = [
  { name: "Name", type: "string", format: "name", description: "", priority: 0 },
  { name: "Created At", type: "date", format: "", description: "", priority: 0 },
];

export function renderTable(objects: readonly KubeObject[], options: TableOptions): Table {
  const { metadata, version, withColumns, rowObject } = options;
  return {
    kind: "Table",
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columns : null,
    rows: objects.map((object) => {
      const shown = rowObject(object);
      return {
        cells: [object.metadata.name, object.metadata.creationTimestamp ?? ""],
        ...(shown && { object: shown }),
      };
    }),
  };
}
