import test from "ava";
import { kinds } from "../../../api/objects/kinds.ts";
import { startTestServer } from "../testing/test-server.ts";
import { definitionName } from "./definition-name.ts";
import { texts } from "./descriptions.ts";
import { swaggerDocument } from "./document-v2.ts";
import { openApiDocument, openApiIndex } from "./document-v3.ts";
import { encodeSwagger } from "./encode-document.ts";
import type { Definitions, JsonSchema } from "./json-schema.ts";

const swagger = swaggerDocument("podwire", "v1.34.0");

/** Every schema in `schema`, itself included. */
function* within(schema: JsonSchema): Iterable<JsonSchema> {
  yield schema;
  const { items, additionalProperties, properties = {}, allOf = [], oneOf = [] } = schema;
  for (const child of [
    items,
    additionalProperties,
    ...Object.values(properties),
    ...allOf,
    ...oneOf,
  ]) {
    if (child !== undefined) yield* within(child);
  }
}

function definition(typeName: string): JsonSchema {
  return swagger.definitions[definitionName(typeName)] ?? {};
}

test("openapi: every reference leads to a definition, in both versions", (t) => {
  const documents: ReadonlyArray<readonly [string, Definitions]> = [
    ["#/definitions/", swagger.definitions],
    ...Object.keys(openApiIndex("podwire", "v1").paths).map((path) => {
      const document = openApiDocument(path, "podwire", "v1") as {
        readonly components: { readonly schemas: Definitions };
      };
      return ["#/components/schemas/", document.components.schemas] as const;
    }),
  ];
  for (const [prefix, definitions] of documents) {
    for (const [name, schema] of Object.entries(definitions)) {
      for (const { $ref } of within(schema)) {
        if ($ref === undefined) continue;
        t.true($ref.startsWith(prefix), `${name} refers to ${$ref}`);
        t.true(Object.hasOwn(definitions, $ref.slice(prefix.length)), `${name} refers to ${$ref}`);
      }
    }
  }
});

test("openapi: no schema of version 3 says nothing: kubectl explain --recursive fails at one", (t) => {
  for (const path of Object.keys(openApiIndex("podwire", "v1").paths)) {
    const document = openApiDocument(path, "podwire", "v1") as {
      readonly components: { readonly schemas: Definitions };
    };
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      for (const each of within(schema)) {
        t.true(
          ["type", "$ref", "allOf", "oneOf"].some((key) => key in each),
          name,
        );
      }
    }
  }
});

test("openapi: every kind is a definition with its group, version and kind, and can be patched", (t) => {
  const described = Object.values(swagger.definitions).flatMap(
    (each) => each["x-kubernetes-group-version-kind"] ?? [],
  );
  const patched = Object.values(swagger.paths).map(
    ({ patch }) => patch["x-kubernetes-group-version-kind"],
  );
  for (const [kind, { apiVersion }] of Object.entries(kinds)) {
    const [group = "", version] = apiVersion.includes("/")
      ? apiVersion.split("/")
      : ["", apiVersion];
    const expected = { group, kind, version };
    for (const list of [described, patched]) {
      t.true(
        list.some((each) => JSON.stringify(each) === JSON.stringify(expected)),
        `${apiVersion} ${kind}`,
      );
    }
  }
});

for (const { title, schema, extensions } of [
  {
    title: "containers are a map by name",
    schema: definition("core.v1.PodSpec").properties?.["containers"],
    extensions: {
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["name"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "name",
    },
  },
  {
    title: "a Service's ports are a map by port and protocol, and merged by port",
    schema: definition("core.v1.ServiceSpec").properties?.["ports"],
    extensions: {
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["port", "protocol"],
      "x-kubernetes-patch-strategy": "merge",
      "x-kubernetes-patch-merge-key": "port",
    },
  },
  {
    title: "a strategy keeps the keys that are named",
    schema: definition("apps.v1.DeploymentSpec").properties?.["strategy"],
    extensions: { "x-kubernetes-patch-strategy": "retainKeys" },
  },
  {
    title: "finalizers are a set",
    schema: definition("meta.v1.ObjectMeta").properties?.["finalizers"],
    extensions: { "x-kubernetes-list-type": "set", "x-kubernetes-patch-strategy": "merge" },
  },
  {
    title: "a list of which nothing else is said is atomic",
    schema: definition("core.v1.Container").properties?.["args"],
    extensions: { "x-kubernetes-list-type": "atomic" },
  },
  {
    title: "a selector is written as a whole",
    schema: definition("meta.v1.LabelSelector"),
    extensions: { "x-kubernetes-map-type": "atomic" },
  },
]) {
  test(`openapi: ${title}`, (t) => {
    const found = Object.entries(schema ?? {}).filter(([key]) => key.startsWith("x-"));
    t.deepEqual(Object.fromEntries(found), extensions);
  });
}

test("openapi: what is required says so", (t) => {
  t.deepEqual(definition("core.v1.Container").required, ["name"]);
  t.deepEqual(definition("core.v1.PodSpec").required, ["containers"]);
});

test("openapi: everything that is described exists", (t) => {
  const fieldsByName = new Map<string, Set<string>>();
  for (const [name, { properties = {} }] of Object.entries(swagger.definitions)) {
    const short = name.slice(name.lastIndexOf(".") + 1);
    // One kind in two groups or versions is described once for both.
    const fields = fieldsByName.get(short) ?? [];
    fieldsByName.set(short, new Set([...fields, ...Object.keys(properties)]));
  }
  for (const [type, { fields = {} }] of Object.entries(texts)) {
    const known = fieldsByName.get(type) ?? new Set();
    t.true(fieldsByName.has(type), type);
    t.deepEqual(
      Object.keys(fields).filter((field) => !known.has(field)),
      [],
      type,
    );
  }
});

test("openapi: an event is described by its fields under both of its names", (t) => {
  for (const [type, field] of [
    ["core.v1.Event", "involvedObject"],
    ["events.v1.Event", "regarding"],
  ] as const) {
    t.is(
      definition(type).properties?.[field]?.description,
      "What it happened to.",
      `${type}.${field}`,
    );
  }
});

test("openapi: what a learner looks up first is described to the last field", (t) => {
  for (const type of [
    "ServiceSpec",
    "ServicePort",
    "ContainerPort",
    "Probe",
    "EndpointSlice",
    "NetworkPolicySpec",
  ]) {
    const [, schema] =
      Object.entries(swagger.definitions).find(([name]) => name.endsWith(`.${type}`)) ?? [];
    const silent = Object.entries(schema?.properties ?? {}).filter(
      ([, { description }]) => description === undefined,
    );
    t.deepEqual(
      silent.map(([field]) => field),
      [],
      type,
    );
  }
});

/** What protobuf says without knowing the schema: the fields of a message, by number. */
function decodeMessage(bytes: Uint8Array): Map<number, Uint8Array[]> {
  const fields = new Map<number, Uint8Array[]>();
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  };
  while (at < bytes.byteLength) {
    const tag = varint();
    const length = varint();
    const list = fields.get(tag >>> 3) ?? [];
    fields.set(tag >>> 3, [...list, bytes.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}

const text = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString("utf8");
const inner = (message: Map<number, Uint8Array[]>, field: number): Map<number, Uint8Array[]> =>
  decodeMessage(message.get(field)?.[0] ?? new Uint8Array());

test("openapi: as protobuf, the document says the same", (t) => {
  const document = decodeMessage(encodeSwagger(swagger));
  t.is(text(document.get(1)?.[0]), "2.0");
  const definitions = (inner(document, 9).get(1) ?? []).map(decodeMessage);
  t.deepEqual(
    definitions.map((each) => text(each.get(1)?.[0])),
    Object.keys(swagger.definitions),
  );
  const podSpec = definitions.find(
    (each) => text(each.get(1)?.[0]) === definitionName("core.v1.PodSpec"),
  );
  const schema = inner(podSpec ?? new Map(), 2);
  t.is(text(schema.get(4)?.[0]), "What a pod is to be.");
  t.deepEqual((schema.get(19) ?? []).map(text), ["containers"]);
  t.deepEqual(
    (inner(schema, 25).get(1) ?? []).map((each) => text(decodeMessage(each).get(1)?.[0])),
    Object.keys(definition("core.v1.PodSpec").properties ?? {}),
  );
});

test("openapi: the documents are served, with tags that save sending them again", async (t) => {
  await using server = await startTestServer();
  const index = await server.ask("GET", "/openapi/v3");
  t.is(index.code, 200);
  const { serverRelativeURL } = index.body.paths["apis/apps/v1"];
  const document = await server.ask("GET", serverRelativeURL);
  t.is(document.body.openapi, "3.0.0");
  const etag = document.headers.get("etag") ?? "";
  t.not(etag, "");
  const again = await server.ask("GET", serverRelativeURL, { headers: { "if-none-match": etag } });
  t.is(again.code, 304);
  t.is((await server.ask("GET", "/openapi/v3/apis/none/v1")).code, 404);

  const json = await server.ask("GET", "/openapi/v2");
  t.is(json.body.swagger, "2.0");
  const accept = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
  const binary = await server.ask("GET", "/openapi/v2", { headers: { accept } });
  t.is(binary.headers.get("content-type"), "application/octet-stream");
});
