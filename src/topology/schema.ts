/** The JSON Schema of the YAML: for editors, which complete and check while one writes. */
import * as z from "zod";
import { probeKinds } from "../net/probe-kind.ts";
import { rawTopology } from "./raw/raw-topology.ts";
import { rawScenario } from "./raw/scenario/raw-scenario.ts";
import {
  rawStepBodies,
  rawStepSiblings,
  stepDescriptions,
  stepsWithExpect,
} from "./raw/scenario/raw-step.ts";
import { type StepType, stepTypes } from "./scenario/scenario.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Draft 7, which is what the YAML language server reads. A document is a
 * Topology, a Scenario or any Kubernetes object.
 */
export function topologySchema(): JsonSchema {
  const topology = schemaOf(rawTopology);
  const scenario = withSteps(schemaOf(rawScenario));
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    $id: "https://podwire.dev/v1alpha1/topology.schema.json",
    title: "podwire",
    description: "A lab: one Topology, its Scenarios, and Kubernetes manifests beside them.",
    oneOf: [{ $ref: "#/definitions/Topology" }, { $ref: "#/definitions/Scenario" }, kubernetes],
    definitions: { Topology: topology, Scenario: scenario, Step: stepSchema() },
  };
}

/** Anything whose apiVersion is not podwire's own; other schemas know it better. */
const kubernetes: JsonSchema = {
  type: "object",
  description: "A Kubernetes object.",
  properties: {
    apiVersion: { type: "string", not: { pattern: "^podwire\\.dev/" } },
    kind: { type: "string" },
  },
  required: ["apiVersion", "kind"],
};

const steps: JsonSchema = {
  type: "array",
  minItems: 1,
  items: { $ref: "#/definitions/Step" },
  description: "what happens, one after the other",
};

function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: "draft-7", io: "input" });
  return rest;
}

/** A step has exactly one key of its own, which decides what may stand beside it. */
function stepSchema(): JsonSchema {
  return { oneOf: stepTypes.map(stepOf) };
}

function stepOf(type: StepType): JsonSchema {
  const body = { ...bodyOf(type), description: stepDescriptions[type] };
  const name = schemaOf(rawStepSiblings.name);
  const expect = type === "exec" ? rawStepSiblings.exec : rawStepSiblings.probe;
  return {
    type: "object",
    title: type,
    properties: {
      [type]: body,
      name,
      ...(stepsWithExpect.has(type) && { expect: schemaOf(expect) }),
    },
    required: [type],
    additionalProperties: false,
  };
}

function bodyOf(type: StepType): JsonSchema {
  const schema = schemaOf(rawStepBodies[type]);
  switch (type) {
    case "probe":
      return oneProbe(schema);
    case "parallel":
      return steps;
    case "during": {
      const probe = oneProbe(propertiesOf(schema)["probe"]);
      return withProperties(schema, { probe, steps });
    }
    default:
      return schema;
  }
}

function oneProbe(schema: JsonSchema = {}): JsonSchema {
  const oneOf = probeKinds.map((kind) => ({
    type: "object",
    properties: { [kind]: { type: "string" } },
    required: [kind],
  }));
  return { ...schema, oneOf };
}

function withSteps(scenario: JsonSchema): JsonSchema {
  const { spec = {} } = propertiesOf(scenario);
  return withProperties(scenario, { spec: withProperties(spec, { steps }) });
}

function withProperties(
  schema: JsonSchema,
  more: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  return { ...schema, properties: { ...propertiesOf(schema), ...more } };
}

/** Of a mapping that `toJSONSchema` made: it always lists them, each a schema. */
function propertiesOf(schema: JsonSchema): Readonly<Record<string, JsonSchema>> {
  const { properties } = schema as { readonly properties?: Readonly<Record<string, JsonSchema>> };
  return properties ?? {};
}
