/** What a container finds in its environment. Pure: the objects it names are handed in. */
import type { ConfigMap, Secret } from "../../../api/objects/cluster.ts";
import type { Container, EnvVar, Pod } from "../../../api/objects/pod.ts";
import { PodwireError } from "../../../base/podwire-error.ts";
import { expandVariables } from "./expand-variables.ts";
import { type PodPlace, resolveFieldRef } from "./field-ref.ts";
import type { Environment } from "./service-links.ts";

/** The container refers to something that is not there. The message is the real kubelet's. */
export class ContainerConfigError extends PodwireError {
  readonly code = "KUBELET_CONTAINER_CONFIG";
  readonly exitCode = 1;
}

export interface EnvironmentInput {
  readonly pod: Pod;
  readonly container: Pick<Container, "env" | "envFrom">;
  readonly place: PodPlace;
  /** What the container runtime sets as `HOSTNAME`. */
  readonly hostname: string;
  /** From {@link serviceLinks}. */
  readonly links: Environment;
  /** Of the pod's namespace. */
  readonly configMap: (name: string) => ConfigMap | undefined;
  readonly secret: (name: string) => Secret | undefined;
}

/**
 * From the weakest to the strongest: HOSTNAME, Services, `envFrom`, `env`. A value may refer to variables
 * of `envFrom`, to those before it in `env`, and to Services.
 *
 * @throws ContainerConfigError when a ConfigMap, a Secret or a key is missing and not optional.
 */
export function containerEnvironment(input: EnvironmentInput): Environment {
  const { container, hostname, links } = input;
  const own: Record<string, string> = fromSources(input);
  for (const variable of container.env ?? []) {
    const value = variableValue(variable, input, (name) => own[name] ?? links[name]);
    if (value !== undefined) own[variable.name] = value;
  }
  return { HOSTNAME: hostname, ...links, ...own };
}

function fromSources({ container, ...input }: EnvironmentInput): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { prefix = "", configMapRef, secretRef } of container.envFrom ?? []) {
    const data =
      configMapRef === undefined
        ? secretData(input, secretRef)
        : configMapData(input, configMapRef);
    for (const [key, value] of Object.entries(data ?? {})) {
      if (isVariableName(prefix + key)) found[prefix + key] = value;
    }
  }
  return found;
}

/** Undefined: the variable is left out. */
function variableValue(
  { value = "", valueFrom }: EnvVar,
  input: Omit<EnvironmentInput, "container">,
  lookup: (name: string) => string | undefined,
): string | undefined {
  if (value !== "" || valueFrom === undefined) return expandVariables(value, lookup);
  const { fieldRef, configMapKeyRef, secretKeyRef } = valueFrom;
  if (fieldRef !== undefined) {
    const field = resolveFieldRef(input.pod, input.place, fieldRef.fieldPath);
    if (field !== undefined) return field;
    throw new ContainerConfigError(`unsupported fieldPath: ${fieldRef.fieldPath}`);
  }
  if (configMapKeyRef !== undefined) {
    return pick(configMapData(input, configMapKeyRef), configMapKeyRef, "ConfigMap", input);
  }
  if (secretKeyRef !== undefined) {
    return pick(secretData(input, secretKeyRef), secretKeyRef, "Secret", input);
  }
  // resourceFieldRef: nothing here limits or counts resources.
  return undefined;
}

interface Reference {
  readonly name: string;
  readonly optional?: boolean;
}

function configMapData(
  { configMap }: Pick<EnvironmentInput, "configMap">,
  { name, optional = false }: Reference,
): Environment | undefined {
  const object = configMap(name);
  if (object === undefined && !optional) {
    throw new ContainerConfigError(`configmap "${name}" not found`);
  }
  return object?.data ?? {};
}

function secretData(
  { secret }: Pick<EnvironmentInput, "secret">,
  reference: Reference | undefined,
): Environment | undefined {
  if (reference === undefined) return undefined;
  const { name, optional = false } = reference;
  const object = secret(name);
  if (object === undefined && !optional) {
    throw new ContainerConfigError(`secret "${name}" not found`);
  }
  const decode = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");
  return Object.fromEntries(
    Object.entries(object?.data ?? {}).map(([key, value]) => [key, decode(value)]),
  );
}

function pick(
  data: Environment | undefined,
  { name, key, optional = false }: Reference & { readonly key: string },
  kind: "ConfigMap" | "Secret",
  { pod }: Pick<EnvironmentInput, "pod">,
): string | undefined {
  const value = data?.[key];
  if (value !== undefined || optional) return value;
  const place = `${pod.metadata.namespace ?? ""}/${name}`;
  throw new ContainerConfigError(`couldn't find key ${key} in ${kind} ${place}`);
}

/** Keys of a ConfigMap that cannot be names of variables are left out. */
function isVariableName(name: string): boolean {
  return /^[-._a-zA-Z][-._a-zA-Z0-9]*$/.test(name);
}
