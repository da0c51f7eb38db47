import type { LineCounter } from "yaml";
import type { Problem } from "./problem.ts";

export type DocumentPath = ReadonlyArray<string | number>;

export interface SourceFile {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

/** A span of the text, on the line where it begins. */
export function positionAt(
  { file, text, lines }: SourceFile,
  start: number,
  end: number,
  path: DocumentPath,
): Pick<Problem, "location" | "length" | "sourceLine"> {
  const { line, col } = lines.linePos(Math.min(start, text.length));
  const sourceLine = text.split("\n", line)[line - 1]?.replace(/\r$/, "") ?? "";
  const onThisLine = sourceLine.length - (col - 1);
  return {
    location: { file, line, column: col, path: formatPath(path) },
    length: Math.max(1, Math.min(end - start, onThisLine)),
    sourceLine,
  };
}

/** `["nodes", 1, "podCIDR"]` as `nodes[1].podCIDR`. */
export function formatPath(path: DocumentPath): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    const plain = /^[\w-]+$/.test(key);
    return text === "" ? key : plain ? `${text}.${key}` : `${text}["${key}"]`;
  }, "");
}
