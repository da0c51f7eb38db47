/** Whatever is sent as a patch: it is applied, or refused with a Status, and the object stays as it was. */
import test from "ava";
import fc from "fast-check";
import { isRecord } from "../decoding/check-schema.ts";
import { kindSchemas } from "../decoding/kind-schemas.ts";
import { ApiError } from "../errors/api-error.ts";
import { applyConfiguration } from "./apply/apply-configuration.ts";
import { patchObject } from "./patch-object.ts";

type Loose = Readonly<Record<string, unknown>>;

const live: Loose = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop", labels: { app: "web" }, finalizers: ["a", "b"] },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: "web" } },
    strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1 } },
    template: {
      spec: {
        containers: [
          { name: "web", image: "web:1", ports: [{ containerPort: 80, protocol: "TCP" }] },
          { name: "log", env: [{ name: "A", value: "1" }] },
        ],
      },
    },
  },
};

/** Names that mean something in a patch, and some that mean mischief. */
const key = fc.constantFrom(
  "metadata",
  "spec",
  "labels",
  "finalizers",
  "template",
  "containers",
  "ports",
  "env",
  "name",
  "containerPort",
  "protocol",
  "strategy",
  "selector",
  "$patch",
  "$retainKeys",
  "$setElementOrder/containers",
  "$setElementOrder/finalizers",
  "$deleteFromPrimitiveList/finalizers",
  "managedFields",
  "__proto__",
  "constructor",
  "",
);

const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "medium" },
    fc.constantFrom(null, true, 0, 80, "", "web", "log", "TCP", "delete", "replace", "merge"),
    fc.array(tie("value"), { maxLength: 3 }),
    // Parsed, as it comes over the wire: __proto__ is a name like any other there.
    fc
      .array(fc.tuple(key, tie("value")), { maxLength: 4 })
      .map((entries) => JSON.parse(`{${entries.map(text).join(",")}}`) as unknown),
  ),
}));

function text([name, value]: readonly [string, unknown]): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

function outcome(work: () => unknown): "refused" | "applied" {
  try {
    work();
    return "applied";
  } catch (error) {
    if (error instanceof ApiError) return "refused";
    throw error;
  }
}

for (const type of ["json", "merge", "strategic"] as const) {
  test(`patch: whatever is sent as ${type} patch is applied or refused`, (t) => {
    const before = structuredClone(live);
    const patches =
      type === "json"
        ? fc.array(
            fc.record(
              {
                op: fc.constantFrom("add", "remove", "replace", "move", "copy", "test", "x"),
                path: fc.oneof(
                  fc.constantFrom("", "/spec/template/spec/containers/0", "/metadata/labels/app"),
                  fc.array(key).map((steps) => steps.map((step) => `/${step}`).join("")),
                ),
                from: fc.constantFrom("", "/spec", "/metadata/finalizers/0", "/none"),
                value: json,
              },
              { requiredKeys: ["op"] },
            ),
          )
        : json;
    fc.assert(
      fc.property(patches, (patch) => {
        outcome(() => patchObject(live, patch, type, kindSchemas.Deployment));
        t.deepEqual(live, before);
      }),
      { numRuns: 500 },
    );
  });
}

const applying = {
  schema: kindSchemas.Deployment,
  part: "main",
  force: true,
  now: "2026-11-28T10:00:00Z",
  object: { kind: "Deployment", name: "web" },
} as const;

function apply(object: Loose | undefined, manager: string, configuration: Loose): Loose {
  const identity = { manager, operation: "Apply", apiVersion: "apps/v1" } as const;
  return applyConfiguration(object, configuration, { ...applying, manager: identity });
}

const configurations = json.filter(isRecord).map((body) => {
  const { metadata: _metadata, apiVersion: _version, kind: _kind, ...rest } = body;
  return { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, ...rest };
});

test("apply: whatever is applied, applying it again changes nothing", (t) => {
  fc.assert(
    fc.property(configurations, configurations, (first, second) => {
      const base = apply(live, "somebody", first);
      const once = apply(base, "me", second);
      t.deepEqual(apply(once, "me", second), once);
    }),
    { numRuns: 300 },
  );
});

test("apply: what only one manager applied is gone when it applies nothing", (t) => {
  fc.assert(
    fc.property(configurations, (configuration) => {
      const bare: Loose = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" } };
      const applied = apply(undefined, "me", configuration);
      const { metadata, ...rest } = apply(applied, "me", bare);
      t.true(isRecord(metadata));
      t.deepEqual(rest, { apiVersion: "apps/v1", kind: "Deployment" });
    }),
    { numRuns: 300 },
  );
});
