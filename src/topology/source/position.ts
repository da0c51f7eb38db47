import type { Problem } from "./problem.ts";

export type DocumentPath = ReadonlyArray<string | number>;

export interface SourceFile {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  /** The offset of each line's first character. */
  readonly lineStarts: readonly number[];
}

/** Counted here and not by the YAML parser, whose count slips after some syntax errors. */
export function sourceFile(file: string, text: string): SourceFile {
  const lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return { file, text, lineStarts };
}

/** A span of the text, on the line where it begins. */
export function positionAt(
  { file, text, lineStarts }: SourceFile,
  start: number,
  end: number,
  path: DocumentPath,
): Pick<Problem, "location" | "length" | "sourceLine"> {
  const offset = Math.min(start, text.length);
  const line = lineStarts.findLastIndex((lineStart) => lineStart <= offset);
  const lineStart = lineStarts[line] ?? 0;
  const sourceLine = text.slice(lineStart, (lineStarts[line + 1] ?? text.length + 1) - 1);
  const column = offset - lineStart + 1;
  const onThisLine = sourceLine.length - (column - 1);
  return {
    location: { file, line: line + 1, column, path: formatPath(path) },
    length: Math.max(1, Math.min(end - start, onThisLine)),
    sourceLine: sourceLine.replace(/\r$/, ""),
  };
}

/** The end of a node without the white space that its range may include. */
export function trimmed({ text }: SourceFile, start: number, end: number): number {
  return start + text.slice(start, end).trimEnd().length;
}

/** `["nodes", 1, "podCIDR"]` as `nodes[1].podCIDR`. */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const plain = /^[\w-]+$/.test(key);
    return text === "" ? key : plain ? `${text}.${key}` : `${text}["${key}"]`;
  }, "");
}
