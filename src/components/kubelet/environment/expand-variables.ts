/**
 * Replaces `$(NAME)` by what `lookup` knows. A name that it does not know stays as it is
 * written, and `$$` stands for `$`, so that `$$(NAME)` gives `$(NAME)`.
 *
 * @see kubernetes/kubernetes third_party/forked/golang/expansion
 */
export function expandVariables(
  text: string,
  lookup: (name: string) => string | undefined,
): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, name: string | undefined) =>
    name === undefined ? "$" : (lookup(name) ?? whole),
  );
}
