/** A column of a server-side table, after apimachinery's meta/v1 TableColumnDefinition. */
export interface Column {
  readonly name: string;
  readonly type: "boolean" | "date" | "integer" | "number" | "string";
  /** `name` for the column that names the object. */
  readonly format: string;
  readonly description: string;
  /** From 1 on, only `-o wide` shows it. */
  readonly priority: number;
}

export type Cell = boolean | number | string | null;

export function text(name: string, description: string): Column {
  return { name, type: "string", format: "", description, priority: 0 };
}

export function integer(name: string, description: string): Column {
  return { ...text(name, description), type: "integer" };
}

/** A column of `-o wide`. */
export function wide(column: Column): Column {
  return { ...column, priority: 1 };
}

export const nameColumn: Column = {
  ...text("Name", "Name of the object, unique among those of its kind in the namespace."),
  format: "name",
};

export const ageColumn: Column = text("Age", "How long ago the object was created.");
