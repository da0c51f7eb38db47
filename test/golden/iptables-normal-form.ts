/**
 * iptables-restore payloads in an order that does not depend on the order of
 * Services: tables by name; KUBE-NODEPORTS and KUBE-SERVICES before the other KUBE-
 * chains; the rules of those two sorted by Service, the one that must be last, last.
 */

const shared = ["KUBE-NODEPORTS", "KUBE-SERVICES"];

export function normaliseIptables(payload: string): string {
  const tables = payload
    .split(/^(?=\*)/m)
    .filter((table) => table.trim() !== "")
    .sort(byText);
  return tables.map(normaliseTable).join("");
}

function normaliseTable(text: string): string {
  const lines = text.split("\n").filter((line) => line !== "" && line !== "COMMIT");
  const chains = lines
    .filter((line) => line.startsWith(":"))
    .sort((a, b) => byText(rank(nameOf(a)), rank(nameOf(b))));
  const names = chains.map(nameOf);
  const rules = names.flatMap((name) => rulesOf(name, lines));
  const deletions = names.flatMap((name) => lines.filter((line) => line === `-X ${name}`));
  return `${[lines[0], ...chains, ...rules, ...deletions, "COMMIT"].join("\n")}\n`;
}

function rulesOf(chain: string, lines: readonly string[]): readonly string[] {
  const rules = lines.filter((line) => line.startsWith(`-A ${chain} `));
  return shared.includes(chain) ? rules.sort((a, b) => byText(serviceOf(a), serviceOf(b))) : rules;
}

/** The Service that the comment begins with; what must be last sorts behind every name. */
function serviceOf(rule: string): string {
  if (rule.includes("this must be the last rule")) return "\uffff";
  return /--comment "?([^ :"]*)/.exec(rule)?.[1] ?? "";
}

function nameOf(line: string): string {
  return line.slice(1).split(" ")[0] ?? "";
}

function rank(name: string): string {
  const kube = name.startsWith("KUBE-") ? 1 : 2;
  return `${shared.includes(name) ? 0 : kube} ${name}`;
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
