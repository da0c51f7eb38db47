import test from "ava";
import { createObject } from "../../../api/requests/requests.ts";
import { Store } from "../../../api/store/store.ts";
import type { User } from "../authentication/user.ts";
import { resourceAttributes } from "./attributes.ts";
import { assertAllowed, decide } from "./authorize.ts";
import { standardRoles } from "./standard-roles.ts";

const apiVersion = "rbac.authorization.k8s.io/v1";

function cluster(...objects: readonly object[]): Store {
  const store = new Store();
  for (const name of ["default", "shop"]) {
    createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  }
  for (const object of [...standardRoles, ...objects]) createObject(store, object);
  return store;
}

const user = (username: string, ...groups: readonly string[]): User => ({
  username,
  groups: [...groups, "system:authenticated"],
});

const account = user("system:serviceaccount:shop:till", "system:serviceaccounts:shop");

const role = (name: string, ...rules: readonly object[]): object => ({
  apiVersion,
  kind: "Role",
  metadata: { name, namespace: "shop" },
  rules,
});

const bind = (kind: string, roleRef: object, ...subjects: readonly object[]): object => ({
  apiVersion,
  kind,
  metadata: { name: "b", namespace: "shop" },
  roleRef,
  subjects,
});

const till = { kind: "ServiceAccount", namespace: "shop", name: "till" };

const store = cluster(
  role(
    "counts",
    { apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] },
    { apiGroups: ["apps"], resources: ["*/scale"], verbs: ["update"] },
    { apiGroups: [""], resources: ["secrets"], resourceNames: ["key"], verbs: ["get"] },
    { apiGroups: [""], resources: ["namespaces"], verbs: ["get"] },
  ),
  bind("RoleBinding", { kind: "Role", name: "counts" }, till),
  bind("ClusterRoleBinding", { kind: "ClusterRole", name: "view" }, { kind: "User", name: "eve" }),
);

/** `get /apis/apps/v1/…`: as a method and a path, without the group's version. */
for (const [who, method, target, query, want] of [
  [account, "GET", "shop/pods/a", "", true],
  [account, "GET", "shop/pods", "", true],
  [account, "GET", "shop/pods", "watch=true", false],
  [account, "GET", "shop/pods/a/log", "", true],
  [account, "GET", "shop/pods/a/exec", "", false],
  [account, "DELETE", "shop/pods/a", "", false],
  [account, "GET", "default/pods/a", "", false],
  [account, "GET", "/pods", "", false],
  [account, "GET", "shop/secrets/key", "", true],
  [account, "GET", "shop/secrets/other", "", false],
  [account, "GET", "shop/secrets", "fieldSelector=metadata.name%3Dkey", false],
  [account, "GET", "/namespaces/shop", "", true],
  [account, "GET", "/namespaces/default", "", false],
  [user("eve"), "GET", "default/pods/a", "", true],
  [user("eve"), "GET", "default/secrets/key", "", false],
  [user("eve"), "POST", "default/pods", "", false],
  [user("nobody"), "GET", "default/pods", "", false],
  [user("root", "system:masters"), "DELETE", "/nodes/node01", "", true],
] as const) {
  test(`${who.username} ${want ? "may" : "may not"} ${method} ${target}?${query}`, (t) => {
    const [namespace = "", plural = "", name, subresource] = target.split("/");
    const attributes = resourceAttributes(
      {
        group: "",
        version: "v1",
        namespace,
        plural,
        ...(name !== undefined && { name }),
        ...(subresource !== undefined && { subresource }),
      },
      { method, query: new URLSearchParams(query) },
    );
    t.is(decide(store, { user: who, attributes }).allowed, want);
  });
}

test("a part of every resource can be named without the resource", (t) => {
  const scale = { verb: "update", group: "apps", namespace: "shop", name: "web" };
  const attributes = { ...scale, resource: "deployments", subresource: "scale" };
  t.true(decide(store, { user: account, attributes }).allowed);
  t.false(decide(store, { user: account, attributes: { ...attributes, subresource: "" } }).allowed);
});

test("whoever is authenticated may look around, and ask what they may", (t) => {
  const nobody = user("nobody");
  const openApi = { verb: "get", path: "/openapi/v3/apis/apps/v1" };
  t.true(decide(store, { user: nobody, attributes: openApi }).allowed);
  t.false(decide(store, { user: nobody, attributes: { ...openApi, verb: "post" } }).allowed);
  t.false(decide(store, { user: nobody, attributes: { verb: "get", path: "/" } }).allowed);
});

test("the reason names binding, role and subject", (t) => {
  const attributes = {
    verb: "get",
    group: "",
    resource: "pods",
    subresource: "",
    namespace: "shop",
    name: "a",
  };
  t.is(
    decide(store, { user: account, attributes }).reason,
    'RBAC: allowed by RoleBinding "b/shop" of Role "counts" to ServiceAccount "till/shop"',
  );
  t.throws(() => assertAllowed(store, { user: user("nobody"), attributes }), {
    message:
      'pods "a" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "shop"',
  });
});

test("a refusal of what is in no namespace, or is no object, says so", (t) => {
  const nobody = user("nobody");
  const deployments = { group: "apps", version: "v1", plural: "deployments", namespace: "" };
  const attributes = resourceAttributes(deployments, {
    method: "GET",
    query: new URLSearchParams(),
  });
  t.throws(() => assertAllowed(store, { user: nobody, attributes }), {
    message:
      'deployments.apps is forbidden: User "nobody" cannot list resource "deployments" in API group "apps" at the cluster scope',
  });
  t.throws(
    () => assertAllowed(store, { user: nobody, attributes: { verb: "get", path: "/metrics" } }),
    { message: 'forbidden: User "nobody" cannot get path "/metrics"' },
  );
});
