import type { Container, ContainerPort, ContainerProbe } from "../objects/pod.ts";

export function defaultContainer(container: Container): Container {
  const { ports, env, readinessProbe, livenessProbe, startupProbe } = container;
  const filled = {
    resources: {},
    terminationMessagePath: "/dev/termination-log",
    terminationMessagePolicy: "File",
    imagePullPolicy: pullPolicyOf(container.image ?? ""),
    ...container,
    ...(ports && { ports: ports.map(defaultContainerPort) }),
    ...(env && { env: env.map(defaultEnvVar) }),
    ...(readinessProbe && { readinessProbe: defaultProbe(readinessProbe) }),
    ...(livenessProbe && { livenessProbe: defaultProbe(livenessProbe) }),
    ...(startupProbe && { startupProbe: defaultProbe(startupProbe) }),
  };
  return filled;
}

/** What a container may use at most is also what it asks for, unless it asks for less. Pods only, not templates. */
export function defaultRequests(container: Container): Container {
  const { resources = {} } = container;
  if (resources.limits === undefined) return container;
  const requests = { ...resources.limits, ...resources.requests };
  return { ...container, resources: { ...resources, requests } };
}

/** On the node's network a container's port is the node's. */
export function defaultHostPorts(container: Container): Container {
  if (container.ports === undefined) return container;
  const ports = container.ports.map((port) => ({
    ...port,
    hostPort: port.hostPort || port.containerPort,
  }));
  return { ...container, ports };
}

function defaultContainerPort(port: ContainerPort): ContainerPort {
  return { ...port, protocol: port.protocol ?? "TCP" };
}

function defaultEnvVar(variable: NonNullable<Container["env"]>[number]): typeof variable {
  const { fieldRef } = variable.valueFrom ?? {};
  if (fieldRef === undefined) return variable;
  const versioned = { apiVersion: "v1", ...fieldRef };
  return { ...variable, valueFrom: { ...variable.valueFrom, fieldRef: versioned } };
}

/** In these fields 0 is "not set", so it is replaced as well. */
function defaultProbe(probe: ContainerProbe): ContainerProbe {
  const { httpGet, grpc } = probe;
  return {
    ...probe,
    ...(httpGet && {
      httpGet: { ...httpGet, path: httpGet.path || "/", scheme: httpGet.scheme ?? "HTTP" },
    }),
    ...(grpc && { grpc: { ...grpc, service: grpc.service ?? "" } }),
    timeoutSeconds: probe.timeoutSeconds || 1,
    periodSeconds: probe.periodSeconds || 10,
    successThreshold: probe.successThreshold || 1,
    failureThreshold: probe.failureThreshold || 3,
  };
}

/** `nginx` and `nginx:latest` may mean something else tomorrow; `nginx:1.25` and digests do not. */
function pullPolicyOf(image: string): "Always" | "IfNotPresent" {
  const [name = "", digest] = image.split("@");
  const tag = /:([^/:]+)$/.exec(name)?.[1];
  if (tag === "latest" || (tag === undefined && digest === undefined)) return "Always";
  return "IfNotPresent";
}
