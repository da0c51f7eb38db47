import test from "ava";
import { needsOfFile } from "./file-needs.ts";

for (const { file, needs } of [
  { file: "topologies/minimal.yaml", needs: [] },
  { file: "topologies/etcd.yaml", needs: ["store etcd"] },
  {
    file: "topologies/leaf-spine.yaml",
    needs: ["network plugin calico", "routers that speak BGP"],
  },
  { file: "topologies/cni-plugins.yaml", needs: ["network plugin exec"] },
  { file: "topologies/network-policy.yaml", needs: ["network plugin calico", "network policies"] },
  { file: "package.json", needs: [] },
]) {
  test(`${file} needs ${needs.join(" and ") || "nothing unusual"}`, (t) => {
    t.deepEqual(needsOfFile(file), needs);
  });
}
