/** A message and the code that docs/errors.md explains, behind its first line: what follows is a list. */
export function errorText({
  message,
  code,
}: {
  readonly message: string;
  readonly code: string;
}): string {
  const [first, ...list] = message.split("\n");
  return [`${first} (${code})`, ...list].join("\n");
}
