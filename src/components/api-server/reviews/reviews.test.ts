import test from "ava";
import { createObject } from "../../../api/requests/requests.ts";
import { standardRoles } from "../authorization/standard-roles.ts";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

async function serverOf(user: string): Promise<TestServer> {
  const server = await startTestServer({
    authenticate: () => ({ username: user, groups: ["system:authenticated"] }),
  });
  const binding = {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    metadata: { name: "view", namespace: "default" },
    roleRef: { kind: "ClusterRole", name: "view" },
    subjects: [{ kind: "User", name: "eve" }],
  };
  for (const object of [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
    ...standardRoles,
    binding,
  ]) {
    createObject(server.store, object);
  }
  return server;
}

const authorization = "/apis/authorization.k8s.io/v1";
const pods = (verb: string): object => ({ namespace: "default", verb, resource: "pods" });

test("what a review answers is what happens", async (t) => {
  await using server = await serverOf("eve");
  for (const [verb, allowed, code] of [
    ["list", true, 200],
    ["deletecollection", false, 403],
  ] as const) {
    const { body } = await server.ask("POST", `${authorization}/selfsubjectaccessreviews`, {
      body: { spec: { resourceAttributes: pods(verb) } },
    });
    t.is(body.status.allowed, allowed);
    const method = verb === "list" ? "GET" : "DELETE";
    t.is((await server.ask(method, "/api/v1/namespaces/default/pods")).code, code);
  }
});

test("who may not do a thing is not told whether it is there", async (t) => {
  await using server = await serverOf("eve");
  for (const path of ["/api/v1/nodes/none", "/apis/none/v1/things"]) {
    const { code, body } = await server.ask("GET", path);
    t.is(code, 403, path);
    t.regex(body.message, /is forbidden: User "eve" cannot /);
  }
});

test("the rules of a namespace are those of its bindings and of the cluster's", async (t) => {
  await using server = await serverOf("eve");
  const { body } = await server.ask("POST", `${authorization}/selfsubjectrulesreviews`, {
    body: { spec: { namespace: "default" } },
  });
  const { resourceRules, nonResourceRules } = body.status;
  const readable = resourceRules.filter(({ verbs }: { verbs: string[] }) =>
    verbs.includes("watch"),
  );
  t.true(readable.some(({ resources }: { resources: string[] }) => resources.includes("pods")));
  t.true(nonResourceRules.length > 0);
});

test("others are asked about by those who may, with a user of their own", async (t) => {
  await using own = await serverOf("eve");
  const question = { spec: { user: "eve", resourceAttributes: pods("list") } };
  t.is(
    (await own.ask("POST", `${authorization}/subjectaccessreviews`, { body: question })).code,
    403,
  );
  await using server = await startTestServer();
  const { body } = await server.ask("POST", `${authorization}/subjectaccessreviews`, {
    body: question,
  });
  t.false(body.status.allowed);
});

test("an administrator can ask as somebody else, and others cannot", async (t) => {
  await using server = await startTestServer();
  for (const object of standardRoles) createObject(server.store, object);
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const account = "system:serviceaccount:shop:till";
  const { body } = await server.ask("POST", path, {
    headers: { "impersonate-user": account },
    body: {},
  });
  t.deepEqual(body.status.userInfo, {
    username: account,
    groups: ["system:serviceaccounts", "system:serviceaccounts:shop", "system:authenticated"],
  });
  const group = { "impersonate-user": "a", "impersonate-group": "system:masters" };
  t.is(
    (await server.ask("GET", "/api/v1/nodes", { headers: { "impersonate-user": "a" } })).code,
    403,
  );
  t.is((await server.ask("GET", "/api/v1/nodes", { headers: group })).code, 200);

  await using own = await serverOf("eve");
  const refused = await own.ask("POST", path, { headers: { "impersonate-user": "a" }, body: {} });
  t.is(refused.code, 403);
  t.regex(refused.body.message, /^users "a" is forbidden: User "eve" cannot impersonate resource/);
});

test("a token is known, and one that is not ours is not", async (t) => {
  await using server = await startTestServer();
  for (const object of [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "a", namespace: "default" } },
  ]) {
    createObject(server.store, object);
  }
  const path = "/apis/authentication.k8s.io/v1/tokenreviews";
  const issued = await server.ask("POST", "/api/v1/namespaces/default/serviceaccounts/a/token", {
    body: { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} },
  });
  const { body } = await server.ask("POST", path, {
    body: { spec: { token: issued.body.status.token } },
  });
  t.true(body.status.authenticated);
  t.is(body.status.user.username, "system:serviceaccount:default:a");
  const stranger = await server.ask("POST", path, { body: { spec: { token: "x" } } });
  t.is(stranger.body.status.authenticated, undefined);
});
