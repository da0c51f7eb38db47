/**
 * All that ipvs mode has on a node, as one text: a part for each program that could load it, behind a comment
 * that names the program.
 */
export interface IpvsParts {
  /** For `ip -batch -`: the device and its addresses. */
  readonly addresses: readonly string[];
  /** For `ipvsadm --restore`, and what `ipvsadm --save --numeric` prints. */
  readonly servers: readonly string[];
  /** For `ipset restore`, and what `ipset save` prints. */
  readonly sets: readonly string[];
  /** For `iptables-restore --noflush`, and what `iptables-save` prints. */
  readonly rules: readonly string[];
}

type PartName = keyof IpvsParts;

export const partHeads: Readonly<Record<PartName, string>> = {
  addresses: "# ip -batch -",
  servers: "# ipvsadm --restore",
  sets: "# ipset restore",
  rules: "# iptables-restore --noflush",
};

/** Object.keys forgets that the keys are these. */
const names = Object.keys(partHeads) as PartName[];

export function joinIpvsText(parts: IpvsParts): string {
  return names.flatMap((name) => [partHeads[name], ...parts[name]]).join("\n");
}

/** Lines before the first head belong to nobody. */
export function splitIpvsText(text: string): IpvsParts {
  const parts: Record<PartName, string[]> = { addresses: [], servers: [], sets: [], rules: [] };
  let part: string[] = [];
  for (const line of text.split("\n")) {
    const name = names.find((each) => partHeads[each] === line);
    if (name === undefined) part.push(line);
    else part = parts[name];
  }
  return parts;
}
