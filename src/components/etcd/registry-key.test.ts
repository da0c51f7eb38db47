import test from "ava";
import { type Kind, kinds } from "../../api/objects/kinds.ts";
import type { ObjectKey } from "../../api/objects/meta.ts";
import { parseRegistryKey, registryKey } from "./registry-key.ts";

/** As `etcdctl get --prefix /registry/ --keys-only` shows them in a cluster that kubeadm made. */
const cases: ReadonlyArray<readonly [key: string, kind: Kind, at: ObjectKey]> = [
  ["/registry/pods/kube-system/coredns-x", "Pod", { namespace: "kube-system", name: "coredns-x" }],
  ["/registry/services/specs/default/kubernetes", "Service", inDefault("kubernetes")],
  ["/registry/services/endpoints/default/kubernetes", "Endpoints", inDefault("kubernetes")],
  ["/registry/endpointslices/default/kubernetes", "EndpointSlice", inDefault("kubernetes")],
  ["/registry/minions/node01", "Node", { namespace: "", name: "node01" }],
  ["/registry/namespaces/default", "Namespace", { namespace: "", name: "default" }],
  ["/registry/deployments/default/web", "Deployment", inDefault("web")],
  ["/registry/leases/kube-node-lease/n", "Lease", { namespace: "kube-node-lease", name: "n" }],
  ["/registry/servicecidrs/kubernetes", "ServiceCIDR", { namespace: "", name: "kubernetes" }],
];

function inDefault(name: string): ObjectKey {
  return { namespace: "default", name };
}

for (const [key, kind, at] of cases) {
  test(`${key} is where an object of kind ${kind} is`, (t) => {
    t.is(registryKey(kind, at), key);
    t.deepEqual(parseRegistryKey(key), { kind, key: at });
  });
}

test("each kind has a place of its own", (t) => {
  // Object.keys loses the key type of a constant table.
  for (const kind of Object.keys(kinds) as Kind[]) {
    const key = { namespace: kinds[kind].namespaced ? "shop" : "", name: "it" };
    t.deepEqual(parseRegistryKey(registryKey(kind, key)), { kind, key });
  }
});

for (const key of [
  "/registry/pods/default",
  "/registry/pods/default/",
  "/registry/pods/default/a/b",
  "/registry/minions/a/b",
  "/registry/services/default/a",
  "/registry/ranges/serviceips",
  "/elsewhere/pods/default/a",
  "compact_rev_key",
]) {
  test(`${key} is no object's`, (t) => {
    t.is(parseRegistryKey(key), undefined);
  });
}
