/** Files that exist for a test only. */
import type { TopologyFiles } from "../../topology/source/files.ts";

const topology = `
apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: two}
spec: {nodes: [{name: node01}, {name: node02}]}
`;

/** Those given, and `topology.yaml` with two nodes. */
export function paperFiles(texts: Readonly<Record<string, string>>): TopologyFiles {
  const all = new Map(Object.entries({ "topology.yaml": topology, ...texts }));
  return {
    readFile: (file) => {
      const text = all.get(file);
      if (text === undefined) throw Object.assign(new Error(`no ${file}`), { code: "ENOENT" });
      return text;
    },
    readFolder: () => undefined,
  };
}
