/**
 * Places of the bundle as places of the sources. Node can do that by itself, but then reads a map of a megabyte
 * in every process that starts, for a stack that hardly any of them shows.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";

/** `file:///…/chunk.js:12:34` or the same without `file://`, as stacks have it. */
const PLACE = /(?:file:\/\/)?(?<file>\/[^\s():]+\.js):(?<line>\d+):(?<column>\d+)/g;

/** A stack, of this process or of another that runs the same files; what has no map stays as it is. */
export function sourceStack(stack: string): string {
  return stack.replace(PLACE, (place, file: string, line: string, column: string) => {
    const { originalSource, originalLine, originalColumn } =
      mapOf(file)?.findEntry(Number(line) - 1, Number(column) - 1) ?? {};
    if (originalSource === undefined || originalLine === undefined) return place;
    const source = path.resolve(path.dirname(file), originalSource);
    return `${source}:${originalLine + 1}:${(originalColumn ?? 0) + 1}`;
  });
}

function mapOf(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")));
  } catch {
    // Not ours, or not installed with its map.
    return undefined;
  }
}
