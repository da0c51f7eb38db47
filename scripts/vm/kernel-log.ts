/** Which of what a guest's kernel said its user should read. */

const TROUBLE =
  /Kernel panic|\bOops\b|\bBUG:|general protection fault|Out of memory:|blocked for more than \d+ seconds|segfault at/;
/** Lines of the end of a log that tell where a kernel came to. */
const TAIL_LINES = 40;

/** The log from the first line of trouble on; undefined when there is none. */
export function troubleIn(log: string): string | undefined {
  const lines = log.split(/\r?\n/);
  const first = lines.findIndex((line) => TROUBLE.test(line));
  return first < 0 ? undefined : lines.slice(first).join("\n").trimEnd();
}

/** For a machine that ended without a word. */
export function tailOf(log: string): string {
  return log.split(/\r?\n/).slice(-TAIL_LINES).join("\n").trim();
}
