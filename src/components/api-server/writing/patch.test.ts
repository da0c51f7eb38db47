import test, { type ExecutionContext } from "ava";
import { startTestServer, type TestServer } from "../testing/test-server.ts";

const deployments = "/apis/apps/v1/namespaces/default/deployments";

async function withDeployment(
  t: ExecutionContext,
  work: (server: TestServer) => Promise<void>,
): Promise<void> {
  await using server = await startTestServer();
  await server.ask("POST", "/api/v1/namespaces", {
    body: { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } },
  });
  const created = await server.ask("POST", `${deployments}?fieldManager=kubectl-create`, {
    body: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web" },
      spec: {
        replicas: 2,
        selector: { matchLabels: { app: "web" } },
        template: {
          metadata: { labels: { app: "web" } },
          spec: { containers: [{ name: "web", image: "web:1" }] },
        },
      },
    },
  });
  t.is(created.code, 201);
  await work(server);
}

const types = {
  json: "application/json-patch+json",
  merge: "application/merge-patch+json",
  strategic: "application/strategic-merge-patch+json",
  apply: "application/apply-patch+yaml",
} as const;

function patching(type: keyof typeof types, body: unknown): Parameters<TestServer["ask"]>[2] {
  return { body, headers: { "content-type": types[type] } };
}

for (const { type, body, replicas } of [
  { type: "merge", body: { spec: { replicas: 5 } }, replicas: 5 },
  { type: "strategic", body: { spec: { replicas: 6 } }, replicas: 6 },
  { type: "json", body: [{ op: "replace", path: "/spec/replicas", value: 7 }], replicas: 7 },
] as const) {
  test(`patch: ${type} changes the object, and its writer owns what changed`, (t) =>
    withDeployment(t, async ({ ask }) => {
      const patched = await ask(
        "PATCH",
        `${deployments}/web?fieldManager=kubectl-patch`,
        patching(type, body),
      );
      t.is(patched.code, 200);
      t.is(patched.body.spec.replicas, replicas);
      t.is(patched.body.metadata.generation, 2);
      t.like(
        patched.body.metadata.managedFields.find(
          ({ manager }: { manager: string }) => manager === "kubectl-patch",
        ),
        {
          operation: "Update",
          apiVersion: "apps/v1",
          fieldsV1: { "f:spec": { "f:replicas": {} } },
        },
      );
    }));
}

test("patch: one that changes nothing leaves the resourceVersion as it was", (t) =>
  withDeployment(t, async ({ ask }) => {
    const before = await ask("GET", `${deployments}/web`);
    const after = await ask(
      "PATCH",
      `${deployments}/web`,
      patching("merge", { spec: { replicas: 2 } }),
    );
    t.deepEqual(after.body, before.body);
  }));

test("patch: one with dryRun answers and changes nothing", (t) =>
  withDeployment(t, async ({ ask }) => {
    const before = await ask("GET", `${deployments}/web`);
    const body = { spec: { replicas: 9 } };
    const dry = await ask("PATCH", `${deployments}/web?dryRun=All`, patching("merge", body));
    t.is(dry.body.spec.replicas, 9);
    t.deepEqual((await ask("GET", `${deployments}/web`)).body, before.body);
  }));

test("patch: the main resource leaves the status alone, the status the rest", (t) =>
  withDeployment(t, async ({ ask }) => {
    const body = { spec: { replicas: 3 }, status: { replicas: 4 } };
    const main = await ask("PATCH", `${deployments}/web`, patching("merge", body));
    t.is(main.body.spec.replicas, 3);
    t.is(main.body.status, undefined);
    const status = await ask("PATCH", `${deployments}/web/status`, patching("merge", body));
    t.is(status.body.status.replicas, 4);
    t.is(status.body.metadata.generation, 2, "a status is no new generation");
    const [entry] = status.body.metadata.managedFields.filter(
      ({ subresource }: { subresource?: string }) => subresource === "status",
    );
    t.deepEqual(entry.fieldsV1, { "f:status": { "f:replicas": {} } });
  }));

for (const { title, type, body, code, reason, message } of [
  {
    title: "an object keeps its name",
    type: "merge",
    body: { metadata: { name: "other" } },
    code: 400,
    reason: "BadRequest",
    message: /the name of the object \(other\) does not match the name on the URL \(web\)/,
  },
  {
    title: "an object keeps its uid",
    type: "merge",
    body: { metadata: { uid: "another" } },
    code: 409,
    reason: "Conflict",
    message: /the UID in the precondition \(another\) does not match/,
  },
  {
    title: "a patch may say which version it is for",
    type: "merge",
    body: { metadata: { resourceVersion: "1" } },
    code: 409,
    reason: "Conflict",
    message: /the object has been modified/,
  },
  {
    title: "what comes out is checked",
    type: "merge",
    body: { spec: { replicas: -1 } },
    code: 422,
    reason: "Invalid",
    message: /spec\.replicas: Invalid value: -1/,
  },
  {
    title: "a selector cannot be changed",
    type: "strategic",
    body: { spec: { selector: { matchLabels: { app: "x" } } } },
    code: 422,
    reason: "Invalid",
    message: /spec\.selector|selector/,
  },
  {
    title: "a JSON patch is a list",
    type: "json",
    body: { spec: {} },
    code: 400,
    reason: "BadRequest",
    message: /list of operations/,
  },
  {
    title: "a body that is no JSON is no patch",
    type: "merge",
    body: "{",
    code: 400,
    reason: "BadRequest",
    message: /^error decoding patch/,
  },
  {
    title: "who applies says who it is",
    type: "apply",
    body: { apiVersion: "apps/v1", kind: "Deployment" },
    code: 422,
    reason: "Invalid",
    message: /fieldManager: Required value: is required for apply patch/,
  },
] as const) {
  test(`patch: ${title}`, (t) =>
    withDeployment(t, async ({ ask }) => {
      const answer = await ask("PATCH", `${deployments}/web`, patching(type, body));
      t.is<number, number>(answer.code, code);
      t.is(answer.body.reason, reason);
      t.regex(answer.body.message, message);
    }));
}

test("patch: another media type is refused", (t) =>
  withDeployment(t, async ({ ask }) => {
    const answer = await ask("PATCH", `${deployments}/web`, { body: {} });
    t.is(answer.code, 415);
    t.is(answer.body.message, "415: Unsupported Media Type");
  }));

test("patch: what is not there is not found", (t) =>
  withDeployment(t, async ({ ask }) => {
    const answer = await ask("PATCH", `${deployments}/none`, patching("merge", {}));
    t.is(answer.code, 404);
    t.is(answer.body.message, 'deployments.apps "none" not found');
  }));

test("patch: apply creates with 201, conflicts with 409, and takes over when forced", (t) =>
  withDeployment(t, async ({ ask }) => {
    const body = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "settings" },
      data: { colour: "red" },
    };
    const path = "/api/v1/namespaces/default/configmaps/settings";
    const created = await ask("PATCH", `${path}?fieldManager=a`, patching("apply", body));
    t.is(created.code, 201);
    const again = await ask("PATCH", `${path}?fieldManager=a`, patching("apply", body));
    t.is(again.code, 200);
    t.deepEqual(again.body, created.body);

    const blue = { ...body, data: { colour: "blue" } };
    const refused = await ask("PATCH", `${path}?fieldManager=b`, patching("apply", blue));
    t.is(refused.code, 409);
    t.is(refused.body.message, 'Apply failed with 1 conflict: conflict with "a": .data.colour');
    const forced = await ask("PATCH", `${path}?fieldManager=b&force=true`, patching("apply", blue));
    t.is(forced.body.data.colour, "blue");

    const yaml = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n";
    const given = await ask("PATCH", `${path}?fieldManager=b`, patching("apply", yaml));
    t.is(given.body.data, undefined, "what its manager no longer applies is gone");
  }));

test("patch: a writer without a name is the program that it says it is", (t) =>
  withDeployment(t, async ({ ask }) => {
    const answer = await ask("PATCH", `${deployments}/web`, {
      body: { metadata: { labels: { a: "b" } } },
      headers: { "content-type": types.merge, "user-agent": "curl/8.1 (linux)" },
    });
    t.true(
      answer.body.metadata.managedFields.some(
        ({ manager }: { manager: string }) => manager === "curl",
      ),
    );
  }));
