/**
 * Columns as kubectl prints them: headers in capitals, three spaces between
 * columns, no lines. The last column is not padded.
 */
export function renderTable(
  headers: readonly string[],
  rows: ReadonlyArray<readonly string[]>,
): string {
  const all = [headers.map((header) => header.toUpperCase()), ...rows];
  return `${alignRows(all).join("\n")}\n`;
}

/** The same without headers: a line for each row, all of which have as many cells. */
export function alignRows(rows: ReadonlyArray<readonly string[]>): readonly string[] {
  const columns = rows[0]?.length ?? 0;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === columns - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("   ")
      .trimEnd(),
  );
}
