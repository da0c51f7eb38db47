/** On which ports the stand-in for a container listens, told from the pod and the Services that select it. */
import { matchesLabels } from "../../api/label-selector.ts";
import type { Container, ContainerProbe, Pod } from "../../api/objects/pod.ts";
import type { Service } from "../../api/objects/service.ts";

export interface ResponderPort {
  readonly port: number;
  readonly protocol: "TCP" | "UDP";
  /** False for what nobody asked for: it is left out when somebody else has it. */
  readonly required: boolean;
}

export interface ResponderPortsInput {
  readonly pod: Pod;
  /** Its name; an init container has no ports. */
  readonly container: string;
  /** Those of the pod's namespace. */
  readonly services: readonly Service[];
  /** Which of the pod's containers have a stand-in of this kind; the others are real programs. */
  readonly responds: (container: Container) => boolean;
}

/** `53/UDP`. */
type PortKey = `${number}/${"TCP" | "UDP"}`;

/**
 * The container's own ports; those that its probes and Services need although no
 * container declares them; and on each of these the other protocol.
 */
export function responderPorts(input: ResponderPortsInput): readonly ResponderPort[] {
  const { pod, container: name, responds } = input;
  const container = pod.spec.containers.find((candidate) => candidate.name === name);
  if (container === undefined) return [];
  const declared = declaredPorts(container);
  const elsewhere = new Set(
    pod.spec.containers.filter((other) => other !== container).flatMap(declaredPorts),
  );
  const undeclared = [
    ...probedPorts(container),
    ...(declared.length === 0 ? conventionalPorts(container) : []),
    ...(isKeeper(pod, container, responds) ? targetedPorts(input) : []),
  ].filter((key) => !elsewhere.has(key));
  const required = new Set([...declared, ...undeclared]);
  const courtesy = [...required]
    .map(otherProtocol)
    .filter((key) => !required.has(key) && !elsewhere.has(key));
  return [
    ...[...required].map((key) => parsePortKey(key, true)),
    ...courtesy.map((key) => parsePortKey(key, false)),
  ];
}

function declaredPorts({ ports = [] }: Container): readonly PortKey[] {
  return ports.flatMap(({ containerPort, protocol = "TCP" }) =>
    protocol === "SCTP" ? [] : [`${containerPort}/${protocol}` as const],
  );
}

/** A manifest that probes a port says that its program listens there. */
function probedPorts(container: Container): readonly PortKey[] {
  const probes = [container.readinessProbe, container.livenessProbe, container.startupProbe];
  return probes.flatMap((probe) => {
    const port = probe === undefined ? undefined : numberedPort(probe);
    return port === undefined ? [] : [`${port}/TCP` as const];
  });
}

function numberedPort({ httpGet, tcpSocket, grpc }: ContainerProbe): number | undefined {
  const port = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  return typeof port === "number" ? port : undefined;
}

/** `PORT` is how many images are told where to listen. */
function conventionalPorts({ env = [] }: Container): readonly PortKey[] {
  const port = Number(env.find(({ name }) => name === "PORT")?.value ?? 0);
  return Number.isInteger(port) && port > 0 && port < 65_536 ? [`${port}/TCP`] : [];
}

/** Whoever of several containers gets the ports that nobody declares: the first without ports of its own, else the first. */
function isKeeper(
  { spec }: Pod,
  container: Container,
  responds: ResponderPortsInput["responds"],
): boolean {
  const candidates = spec.containers.filter(responds);
  const keeper = candidates.find(({ ports = [] }) => ports.length === 0) ?? candidates[0];
  return keeper === container;
}

/** Target ports by number; those by name are declared, or are nowhere. */
function targetedPorts({ pod, services }: ResponderPortsInput): readonly PortKey[] {
  return services
    .filter((service) => selects(service, pod))
    .flatMap(({ spec: { ports = [] } }) =>
      ports.flatMap(({ port, targetPort = port, protocol = "TCP" }) =>
        protocol === "SCTP" || typeof targetPort === "string"
          ? []
          : [`${targetPort}/${protocol}` as const],
      ),
    );
}

/** A Service without selector selects nothing. */
export function selects({ metadata, spec }: Service, pod: Pod): boolean {
  const { selector = {} } = spec;
  return (
    metadata.namespace === pod.metadata.namespace &&
    Object.keys(selector).length > 0 &&
    matchesLabels(selector, pod.metadata.labels)
  );
}

function otherProtocol(key: PortKey): PortKey {
  const { port, protocol } = parsePortKey(key, false);
  return `${port}/${protocol === "TCP" ? "UDP" : "TCP"}`;
}

function parsePortKey(key: PortKey, required: boolean): ResponderPort {
  const [port, protocol] = key.split("/");
  return { port: Number(port), protocol: protocol === "UDP" ? "UDP" : "TCP", required };
}
