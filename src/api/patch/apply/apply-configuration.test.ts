import test from "ava";
import { parse } from "yaml";
import { isRecord } from "../../decoding/check-schema.ts";
import { kindSchemas } from "../../decoding/kind-schemas.ts";
import { ApiError } from "../../errors/api-error.ts";
import { type Kind, kinds } from "../../objects/kinds.ts";
import { failureStatus } from "../../requests/status.ts";
import { managedFieldsOf, trackUpdate } from "../managed-fields/track-update.ts";
import { applyConfiguration } from "./apply-configuration.ts";

type Loose = Readonly<Record<string, unknown>>;

const firstTime = "2026-11-28T10:00:00Z";
const laterTime = "2026-11-28T11:00:00Z";

interface Doing {
  readonly force?: boolean;
  readonly now?: string;
  readonly subresource?: string;
}

function read(text: string): Loose {
  const value: unknown = parse(text);
  return isRecord(value) ? value : {};
}

function named(kind: Kind, text: string): Loose {
  const body = read(text);
  const { apiVersion } = kinds[kind];
  const metadata = isRecord(body["metadata"]) ? body["metadata"] : {};
  return { apiVersion, kind, ...body, metadata: { name: "web", namespace: "shop", ...metadata } };
}

function apply(
  live: Loose | undefined,
  kind: Kind,
  manager: string,
  text: string,
  { force = false, now = firstTime }: Doing = {},
): Loose {
  return applyConfiguration(live, named(kind, text), {
    schema: kindSchemas[kind],
    manager: { manager, operation: "Apply", apiVersion: kinds[kind].apiVersion },
    part: "main",
    force,
    now,
    object: { kind, name: "web" },
  });
}

function update(
  live: Loose | undefined,
  kind: Kind,
  manager: string,
  next: Loose,
  { now = firstTime, subresource }: Doing = {},
): Loose {
  const managedFields = trackUpdate(live, next, {
    schema: kindSchemas[kind],
    manager: {
      manager,
      operation: "Update",
      apiVersion: kinds[kind].apiVersion,
      ...(subresource !== undefined && { subresource }),
    },
    part: subresource === "status" ? "status" : "main",
    now,
  });
  const metadata = isRecord(next["metadata"]) ? next["metadata"] : {};
  return { ...next, metadata: { ...metadata, managedFields } };
}

/** Each manager with what it owns, as `manager: fieldsV1`. */
function owners(object: Loose): Loose {
  return Object.fromEntries(
    managedFieldsOf(object).map(({ manager = "", fieldsV1 }) => [manager, fieldsV1]),
  );
}

function specOf(object: Loose): unknown {
  return object["spec"];
}

const web = "spec: {replicas: 2, template: {spec: {containers: [{name: web, image: web:1}]}}}";

test("apply: a new object is what is applied, and its fields belong to who applied it", (t) => {
  const object = apply(undefined, "Deployment", "kubectl", web);
  t.deepEqual(specOf(object), specOf(read(web)));
  t.deepEqual<unknown, unknown>(managedFieldsOf(object), [
    {
      manager: "kubectl",
      operation: "Apply",
      apiVersion: "apps/v1",
      time: firstTime,
      fieldsType: "FieldsV1",
      fieldsV1: {
        "f:spec": {
          "f:replicas": {},
          "f:template": {
            "f:spec": {
              "f:containers": {
                'k:{"name":"web"}': { ".": {}, "f:image": {}, "f:name": {} },
              },
            },
          },
        },
      },
    },
  ]);
});

test("apply: applying the same again changes nothing, not even the time", (t) => {
  const object = apply(undefined, "Deployment", "kubectl", web);
  t.deepEqual(apply(object, "Deployment", "kubectl", web, { now: laterTime }), object);
});

test("apply: what a manager no longer applies goes, what others own stays", (t) => {
  const first = apply(undefined, "ConfigMap", "a", "data: {x: '1', y: '2'}");
  const second = apply(first, "ConfigMap", "b", "data: {z: '3'}");
  const third = apply(second, "ConfigMap", "a", "data: {x: '1'}");
  t.deepEqual<unknown, unknown>(third["data"], { x: "1", z: "3" });
});

test("apply: what two managers apply stays until both have let go", (t) => {
  const first = apply(undefined, "ConfigMap", "a", "data: {x: '1', y: '2'}");
  const shared = apply(first, "ConfigMap", "b", "data: {y: '2'}");
  const alone = apply(shared, "ConfigMap", "a", "data: {x: '1'}");
  t.deepEqual<unknown, unknown>(alone["data"], { x: "1", y: "2" });
  const gone = apply(alone, "ConfigMap", "b", "{}");
  t.deepEqual<unknown, unknown>(gone["data"], { x: "1" });
});

test("apply: an item of a list goes whole, with what the server has filled in", (t) => {
  const applied = apply(
    undefined,
    "Service",
    "kubectl",
    "spec: {ports: [{port: 80, name: http}, {port: 443, name: https}]}",
  );
  const completed = {
    ...applied,
    spec: {
      ports: [
        { port: 80, name: "http", protocol: "TCP", targetPort: 80, nodePort: 30080 },
        { port: 443, name: "https", protocol: "TCP", targetPort: 443, nodePort: 30443 },
      ],
    },
  };
  const less = apply(completed, "Service", "kubectl", "spec: {ports: [{port: 443, name: https}]}");
  t.deepEqual<unknown, unknown>(specOf(less), {
    ports: [{ port: 443, name: "https", protocol: "TCP", targetPort: 443, nodePort: 30443 }],
  });
});

test("apply: ports are told apart by port and protocol, and a protocol left out is TCP", (t) => {
  const dns = "spec: {ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]}";
  const first = apply(undefined, "Service", "a", dns);
  const second = apply(first, "Service", "b", "spec: {ports: [{port: 53, name: dns-tcp}]}");
  t.deepEqual<unknown, unknown>(specOf(second), {
    ports: [
      { port: 53, protocol: "UDP" },
      { port: 53, protocol: "TCP", name: "dns-tcp" },
    ],
  });
});

test("apply: a selector belongs to one manager as a whole", (t) => {
  const first = apply(undefined, "Service", "a", "spec: {selector: {app: web}}");
  const error = t.throws(() => apply(first, "Service", "b", "spec: {selector: {tier: x}}"), {
    instanceOf: ApiError,
  });
  t.is(error.message, 'Apply failed with 1 conflict: conflict with "a": .spec.selector');
});

test("apply: finalizers are a set, of which each manager has its own", (t) => {
  const first = apply(undefined, "ConfigMap", "a", "metadata: {finalizers: [example.org/a]}");
  const second = apply(first, "ConfigMap", "b", "metadata: {finalizers: [example.org/b]}");
  t.like(second, { metadata: { finalizers: ["example.org/a", "example.org/b"] } });
  const third = apply(second, "ConfigMap", "a", "{}");
  t.like(third, { metadata: { finalizers: ["example.org/b"] } });
});

test("apply: a conflict names field and owner, as kubectl shows it", (t) => {
  const live = update(
    undefined,
    "Deployment",
    "kubectl-client-side-apply",
    named("Deployment", web),
  );
  const error = t.throws(
    () => apply(live, "Deployment", "other", "spec: {replicas: 3, paused: true}"),
    { instanceOf: ApiError },
  );
  t.deepEqual<unknown, unknown>(failureStatus(error), {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1 at ${firstTime}: .spec.replicas`,
    reason: "Conflict",
    details: {
      name: "web",
      group: "apps",
      kind: "deployments",
      causes: [
        {
          reason: "FieldManagerConflict",
          message: `conflict with "kubectl-client-side-apply" using apps/v1 at ${firstTime}`,
          field: ".spec.replicas",
        },
      ],
    },
    code: 409,
  });
});

test("apply: several conflicts are listed by owner", (t) => {
  const first = apply(undefined, "Deployment", "a", web);
  const error = t.throws(() =>
    apply(
      first,
      "Deployment",
      "b",
      "spec: {replicas: 3, template: {spec: {containers: [{name: web, image: web:2}]}}}",
    ),
  );
  t.is(
    error.message,
    [
      'Apply failed with 2 conflicts: conflicts with "a":',
      "- .spec.replicas",
      '- .spec.template.spec.containers[name="web"].image',
    ].join("\n"),
  );
});

test("apply: who applies the value that is there shares it without a conflict", (t) => {
  const first = apply(undefined, "Deployment", "a", "spec: {replicas: 2}");
  const second = apply(first, "Deployment", "b", "spec: {replicas: 2}");
  t.deepEqual<unknown, unknown>(owners(second), {
    a: { "f:spec": { "f:replicas": {} } },
    b: { "f:spec": { "f:replicas": {} } },
  });
});

test("apply: force takes the field, and its owner loses it", (t) => {
  const first = apply(undefined, "Deployment", "a", "spec: {replicas: 2, paused: true}");
  const second = apply(first, "Deployment", "b", "spec: {replicas: 3}", { force: true });
  t.deepEqual<unknown, unknown>(specOf(second), { replicas: 3, paused: true });
  t.deepEqual<unknown, unknown>(owners(second), {
    a: { "f:spec": { "f:paused": {} } },
    b: { "f:spec": { "f:replicas": {} } },
  });
});

test("apply: a field that another has updated since conflicts", (t) => {
  const first = apply(undefined, "Deployment", "a", "spec: {replicas: 2}");
  const scaled = update(first, "Deployment", "kubectl-scale", { ...first, spec: { replicas: 5 } });
  t.throws(() => apply(scaled, "Deployment", "a", "spec: {replicas: 2}"), {
    message: /conflict with "kubectl-scale" using apps\/v1 at .*: \.spec\.replicas$/,
  });
});

test("apply: an object whose writers nobody has tracked belongs to before-first-apply", (t) => {
  const live = named("ConfigMap", "data: {x: '1'}");
  t.throws(() => apply(live, "ConfigMap", "a", "data: {x: '2'}"), {
    message: 'Apply failed with 1 conflict: conflict with "before-first-apply" using v1: .data.x',
  });
});

test("apply: kubectl takes over without a conflict what it applied from the client's side", (t) => {
  const body = named("ConfigMap", "data: {x: '1', y: '2'}");
  const annotations = {
    "kubectl.kubernetes.io/last-applied-configuration": `${JSON.stringify(body)}\n`,
  };
  const live = update(undefined, "ConfigMap", "kubectl-client-side-apply", {
    ...body,
    metadata: { name: "web", namespace: "shop", annotations },
  });
  const taken = apply(live, "ConfigMap", "kubectl", "data: {x: '3', y: '2'}");
  t.deepEqual<unknown, unknown>(taken["data"], { x: "3", y: "2" });
  t.throws(() => apply(live, "ConfigMap", "somebody", "data: {x: '3'}"), { message: /1 conflict/ });
});

test("apply: managedFields are not to be applied", (t) => {
  t.throws(() => apply(undefined, "ConfigMap", "a", "metadata: {managedFields: [{manager: b}]}"), {
    instanceOf: ApiError,
    message: "metadata.managedFields must be nil",
  });
});

test("update: a creator owns all it says, and not what the server says", (t) => {
  const created = update(
    undefined,
    "Pod",
    "kubectl-run",
    named(
      "Pod",
      "{metadata: {uid: u, labels: {run: web}}, spec: {containers: [{name: web, resources: {}}]}, status: {phase: Pending}}",
    ),
  );
  t.deepEqual<unknown, unknown>(owners(created), {
    "kubectl-run": {
      "f:metadata": { "f:labels": { ".": {}, "f:run": {} } },
      "f:spec": {
        "f:containers": {
          ".": {},
          'k:{"name":"web"}': { ".": {}, "f:name": {}, "f:resources": {} },
        },
      },
    },
  });
});

test("update: what changes belongs to who changed it", (t) => {
  const created = update(undefined, "ConfigMap", "a", named("ConfigMap", "data: {x: '1', y: '2'}"));
  const changed = update(
    created,
    "ConfigMap",
    "b",
    { ...created, data: { x: "1", y: "3" } },
    {
      now: laterTime,
    },
  );
  t.deepEqual<unknown, unknown>(owners(changed), {
    a: { "f:data": { ".": {}, "f:x": {} } },
    b: { "f:data": { "f:y": {} } },
  });
});

test("update: what is taken away belongs to nobody, and who owns nothing is forgotten", (t) => {
  const created = update(undefined, "ConfigMap", "a", named("ConfigMap", "data: {x: '1'}"));
  const added = update(created, "ConfigMap", "b", { ...created, data: { x: "1", y: "2" } });
  const removed = update(added, "ConfigMap", "a", { ...added, data: { x: "1" } });
  t.deepEqual(Object.keys(owners(removed)), ["a"]);
});

test("update: a writer of the status owns the status alone", (t) => {
  const created = update(undefined, "Deployment", "kubectl-create", named("Deployment", web));
  const live = { ...created, status: { replicas: 1 } };
  const done = update(
    live,
    "Deployment",
    "kube-controller-manager",
    { ...live, status: { replicas: 2 } },
    {
      subresource: "status",
    },
  );
  const writer = managedFieldsOf(done).find(({ manager }) => manager === "kube-controller-manager");
  t.like(writer, {
    operation: "Update",
    subresource: "status",
    fieldsV1: { "f:status": { "f:replicas": {} } },
  });
});

test("update: an update that changes nothing leaves the times alone", (t) => {
  const created = update(undefined, "ConfigMap", "a", named("ConfigMap", "data: {x: '1'}"));
  t.deepEqual(update(created, "ConfigMap", "a", created, { now: laterTime }), created);
});

test("update: a list with one empty entry starts the ownership afresh", (t) => {
  const created = update(undefined, "ConfigMap", "a", named("ConfigMap", "data: {x: '1'}"));
  const metadata = { name: "web", namespace: "shop", managedFields: [{}] };
  t.deepEqual(owners(update(created, "ConfigMap", "a", { ...created, metadata })), {});
});

test("update: more than ten writers become ten and those of ancient times", (t) => {
  let object = named("ConfigMap", "data: {}");
  for (let index = 0; index < 14; index++) {
    const data = { ...(isRecord(object["data"]) ? object["data"] : {}), [`key-${index}`]: "x" };
    const now = `2026-11-28T10:${String(index).padStart(2, "0")}:00Z`;
    object = update(object, "ConfigMap", `writer-${index}`, { ...object, data }, { now });
  }
  const names = managedFieldsOf(object).map(({ manager }) => manager);
  t.is(names.length, 10);
  t.is(names[0], "ancient-changes");
  t.is(names.at(-1), "writer-13");
});
