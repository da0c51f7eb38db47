import test from "ava";
import { assertDeclared } from "./assert-declared.ts";

const container = { name: "web", image: "web" };
const deployment = (spec: object): Readonly<Record<string, unknown>> => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "shop" },
  spec,
});
const template = (spec: object): object => ({ template: { spec } });

for (const { title, spec, says } of [
  {
    title: "a field of the spec",
    spec: { replica: 2 },
    says: ".spec.replica: field not declared in schema",
  },
  {
    title: "a field of a container, which is named by its key",
    spec: template({ containers: [{ ...container, imagePolicy: "Never" }] }),
    says: '.spec.template.spec.containers[name="web"].imagePolicy: field not declared in schema',
  },
  {
    title: "a field of an item that has no key, by its place",
    spec: template({ tolerations: [{ kee: "x" }] }),
    says: ".spec.template.spec.tolerations[0].kee: field not declared in schema",
  },
  {
    title: "several",
    spec: { replica: 2, pause: true },
    says: "errors:\n  .spec.replica: field not declared in schema\n  .spec.pause: field not declared in schema",
  },
  {
    title: "two variables of one name",
    spec: template({ containers: [{ ...container, env: [{ name: "A" }, { name: "A" }] }] }),
    says: '.spec.template.spec.containers[name="web"].env: duplicate entries for key [name="A"]',
  },
  {
    title: "a container without a name",
    spec: template({ containers: [{ image: "web" }] }),
    says: `.spec.template.spec.containers: element 0: associative list with keys has an element that omits key field "name" (and doesn't have default value)`,
  },
]) {
  test(`applied on the server, ${title}: is refused`, (t) => {
    const error = t.throws(() =>
      assertDeclared(deployment(spec), "Deployment", { namespace: "shop", name: "web" }),
    );
    t.is(
      error?.message,
      `failed to create typed patch object (shop/web; apps/v1, Kind=Deployment): ${says}`,
    );
  });
}

test("applied on the server, an object of declared fields passes, whatever its maps hold", (t) => {
  const configMap = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "m", labels: { "a/b": "c" } },
    data: { "any.thing": "x" },
  };
  t.notThrows(() => assertDeclared(configMap, "ConfigMap", { namespace: "a", name: "m" }));
  const wrong = { ...configMap, dat: {} };
  t.throws(() => assertDeclared(wrong, "ConfigMap", { namespace: "a", name: "m" }), {
    message:
      "failed to create typed patch object (a/m; /v1, Kind=ConfigMap): .dat: field not declared in schema",
  });
});
