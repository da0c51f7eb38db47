import type { Cell, Column } from "./column.ts";

/** How objects of one kind are shown as rows. */
export interface KindTable<T> {
  readonly columns: readonly Column[];
  /** One cell for each column. `now` is in milliseconds since the epoch. */
  readonly cells: (object: T, now: number) => readonly Cell[];
  readonly conditions?: (object: T) => readonly RowCondition[];
}

/** Something about a row that clients may show otherwise than in a cell. */
export interface RowCondition {
  readonly type: "Completed";
  readonly status: "True";
  readonly reason: string;
  readonly message: string;
}
