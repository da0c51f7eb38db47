import test from "ava";
import { withDefaults } from "../defaulting/defaults.ts";
import { ApiError } from "../errors/api-error.ts";
import { Store } from "../store/store.ts";
import { createObject, deleteObject, updateObject } from "./requests.ts";
import { failureStatus } from "./status.ts";

const pod = (name: string, namespace: string = "default"): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace },
  spec: { containers: [{ name: "c", image: "nginx", ports: [{ containerPort: 80 }] }] },
});

/** Each answer is a real server's to the same request. */
const answers: ReadonlyArray<{
  readonly title: string;
  readonly request: (store: Store) => unknown;
  readonly answer: object;
}> = [
  {
    title: "a pod that is there already",
    request: (store) => createObject(store, pod("p1")),
    answer: {
      message: 'pods "p1" already exists',
      reason: "AlreadyExists",
      details: { name: "p1", kind: "pods" },
      code: 409,
    },
  },
  {
    title: "a namespace that is not there",
    request: (store) => createObject(store, pod("p1", "nosuch")),
    answer: {
      message: 'namespaces "nosuch" not found',
      reason: "NotFound",
      details: { name: "nosuch", kind: "namespaces" },
      code: 404,
    },
  },
  {
    title: "a Deployment that is not there",
    request: (store) => deleteObject(store, "Deployment", { namespace: "default", name: "none" }),
    answer: {
      message: 'deployments.apps "none" not found',
      reason: "NotFound",
      details: { name: "none", group: "apps", kind: "deployments" },
      code: 404,
    },
  },
  {
    title: "an update from an old version",
    request: (store) =>
      updateObject(store, {
        ...pod("p1"),
        metadata: { name: "p1", resourceVersion: "1", labels: { a: "b" } },
      }),
    answer: {
      message:
        'Operation cannot be fulfilled on pods "p1": the object has been modified; please apply your changes to the latest version and try again',
      reason: "Conflict",
      details: { name: "p1", kind: "pods" },
      code: 409,
    },
  },
  {
    title: "a pod without containers",
    request: (store) => createObject(store, { ...pod("p2"), spec: { containers: [] } }),
    answer: {
      message: 'Pod "p2" is invalid: spec.containers: Required value',
      reason: "Invalid",
      details: {
        name: "p2",
        kind: "Pod",
        causes: [
          { reason: "FieldValueRequired", message: "Required value", field: "spec.containers" },
        ],
      },
      code: 422,
    },
  },
];

for (const { title, request, answer } of answers) {
  test(`${title} is answered with the server's Status`, (t) => {
    const store = new Store();
    store.create(
      withDefaults<"Namespace">({
        apiVersion: "v1",
        kind: "Namespace",
        metadata: { name: "default" },
      }),
    );
    createObject(store, pod("p1"));
    const error = t.throws(() => request(store), { instanceOf: ApiError });
    t.deepEqual(error && (failureStatus(error) as unknown), {
      kind: "Status",
      apiVersion: "v1",
      metadata: {},
      status: "Failure",
      ...answer,
    });
  });
}

test("a request that is not understood has no details", (t) => {
  t.deepEqual(failureStatus(new ApiError("BadRequest", "no")), {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: "no",
    reason: "BadRequest",
    code: 400,
  });
});
