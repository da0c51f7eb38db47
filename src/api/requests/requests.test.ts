import test from "ava";
import { withDefaults } from "../defaulting/defaults.ts";
import { ApiError } from "../errors/api-error.ts";
import { describeFieldError, fieldErrorReason, formatFieldPath } from "../errors/field-errors.ts";
import { Store } from "../store/store.ts";
import { applyObject } from "./apply-object.ts";
import { createObject, updateObject, updateObjectStatus } from "./requests.ts";

function cluster(): Store {
  const store = new Store();
  createObject(store, { apiVersion: "v1", kind: "Namespace", metadata: { name: "default" } });
  return store;
}

function refusal(run: () => unknown): ApiError {
  try {
    run();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error("was not refused");
}

const template = {
  metadata: { labels: { app: "d" } },
  spec: { containers: [{ name: "c", image: "web" }] },
};

const deployment = (spec: object = {}): unknown => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "d1" },
  spec: { selector: { matchLabels: { app: "d" } }, template, ...spec },
});

test("an invalid pod is answered as the real server answered it", (t) => {
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "P_1" },
    spec: { containers: [] },
  };
  const error = refusal(() => createObject(cluster(), pod));
  const name =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  t.is(error.reason, "Invalid");
  t.is(
    error.message,
    `Pod "P_1" is invalid: [metadata.name: Invalid value: "P_1": ${name}, spec.containers: Required value]`,
  );
  t.deepEqual(error.object, { kind: "Pod", name: "P_1" });
  t.deepEqual(
    error.causes.map((cause) => ({
      reason: fieldErrorReason(cause),
      message: describeFieldError(cause),
      field: formatFieldPath(cause.path),
    })),
    [
      {
        reason: "FieldValueInvalid",
        message: `Invalid value: "P_1": ${name}`,
        field: "metadata.name",
      },
      { reason: "FieldValueRequired", message: "Required value", field: "spec.containers" },
    ],
  );
});

const refusals: ReadonlyArray<{
  readonly title: string;
  readonly run: (store: Store) => unknown;
  readonly reason: ApiError["reason"];
  readonly message: string;
}> = [
  {
    title: "an invalid object of a named group",
    run: (store) => createObject(store, deployment({ replicas: -1 })),
    reason: "Invalid",
    message:
      'Deployment.apps "d1" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  },
  {
    title: "a text where a number belongs",
    run: (store) => createObject(store, deployment({ replicas: "3" })),
    reason: "BadRequest",
    message:
      'Deployment in version "v1" cannot be handled as a Deployment: spec.replicas: Invalid value: "3": must be of type integer, not string',
  },
  {
    title: "an unknown field, when asked to be strict",
    run: (store) => createObject(store, deployment({ replicaz: 3 }), { fieldValidation: "Strict" }),
    reason: "BadRequest",
    message:
      'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicaz"',
  },
  {
    title: "an update of what is not there",
    run: (store) => updateObject(store, deployment()),
    reason: "NotFound",
    message: 'deployments.apps "d1" not found',
  },
  {
    title: "what is there already",
    run: (store) => {
      createObject(store, deployment());
      createObject(store, deployment());
    },
    reason: "AlreadyExists",
    message: 'deployments.apps "d1" already exists',
  },
  {
    title: "something that is no object, in an update",
    run: (store) => updateObject(store, 7),
    reason: "BadRequest",
    message: "<nil>: Invalid value: 7: must be an object of the Kubernetes API",
  },
];

for (const { title, run, reason, message } of refusals) {
  test(`${title} is refused`, (t) => {
    const error = refusal(() => run(cluster()));
    t.deepEqual([error.reason, error.message], [reason, message]);
  });
}

test("unknown fields are warned of, unless nobody wants to hear", (t) => {
  const store = cluster();
  t.deepEqual(createObject(store, deployment({ replica: 3 })).warnings, [
    'unknown field "spec.replica", did you mean "replicas"?',
  ]);
  t.deepEqual(
    updateObject(store, deployment({ replica: 3 }), { fieldValidation: "Ignore" }).warnings,
    [],
  );
});

test("apply creates once and then updates, and says nothing new when nothing is", (t) => {
  const store = cluster();
  const { object } = applyObject(store, deployment());
  t.is(applyObject(store, deployment()).object, object);
  const scaled = applyObject(store, deployment({ replicas: 3 })).object;
  t.is(scaled.metadata.generation, 2);
});

test("a status is written alone, and only from the latest version", (t) => {
  const store = cluster();
  const { object } = createObject(store, deployment());
  const written = updateObjectStatus(store, { ...object, status: { readyReplicas: 1 }, spec: {} });
  t.deepEqual((written.object as { status?: unknown }).status, { readyReplicas: 1 });
  t.is(written.object.metadata.generation, 1);
  const error = refusal(() =>
    updateObjectStatus(store, { ...object, status: { readyReplicas: 2 } }),
  );
  t.is(error.reason, "Conflict");
});

test("objects go to the namespace that the request names", (t) => {
  const store = cluster();
  store.create(
    withDefaults<"Namespace">({ apiVersion: "v1", kind: "Namespace", metadata: { name: "vote" } }),
  );
  createObject(store, deployment(), { namespace: "vote" });
  applyObject(store, deployment({ replicas: 2 }), { namespace: "vote" });
  const [only, ...others] = store.list("Deployment");
  t.deepEqual([only?.metadata.namespace, only?.spec.replicas, others], ["vote", 2, []]);
});
