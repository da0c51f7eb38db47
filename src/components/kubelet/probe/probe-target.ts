import type { Container, ContainerProbe, Pod } from "../../../api/objects/pod.ts";
import type { ProbeThresholds } from "./probe-state.ts";

export type ProbeTarget =
  | {
      readonly type: "http";
      readonly scheme: "http" | "https";
      readonly address: string;
      readonly port: number;
      readonly path: string;
      readonly headers: ReadonlyArray<readonly [name: string, value: string]>;
    }
  | { readonly type: "tcp"; readonly address: string; readonly port: number }
  | {
      readonly type: "grpc";
      readonly address: string;
      readonly port: number;
      readonly service: string;
    }
  | { readonly type: "exec"; readonly command: readonly string[] }
  /** What is asked for cannot be asked. */
  | { readonly type: "impossible"; readonly message: string };

export interface ProbeTiming extends ProbeThresholds {
  readonly initialDelayMs: number;
  readonly periodMs: number;
  /** In place of the period, until the probe succeeds for the first time. */
  readonly firstPeriodMs?: number;
  readonly timeoutMs: number;
}

/**
 * On a pod: milliseconds between two questions of its readiness probes until the first success. The API counts in whole seconds,
 * which is long where a cluster is up in one.
 */
const firstPeriodAnnotation = "podwire.dev/first-readiness-period-ms";

/** Undefined where the pod does not ask for it. */
export function firstReadinessPeriodMs({ metadata }: Pod): number | undefined {
  const ms = Number(metadata.annotations?.[firstPeriodAnnotation]);
  return ms >= 1 ? ms : undefined;
}

/** With the defaults of the API. `scale` shortens, or stretches, the waits but not the timeout. */
export function probeTiming(probe: ContainerProbe, scale: number): ProbeTiming {
  return {
    initialDelayMs: (probe.initialDelaySeconds ?? 0) * 1_000 * scale,
    periodMs: (probe.periodSeconds ?? 10) * 1_000 * scale,
    timeoutMs: (probe.timeoutSeconds ?? 1) * 1_000,
    successThreshold: probe.successThreshold ?? 1,
    failureThreshold: probe.failureThreshold ?? 3,
  };
}

/** Binds names of ports, and the pod's address where the probe names no host. */
export function probeTarget(
  probe: ContainerProbe,
  container: Container,
  podIP: string,
): ProbeTarget {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  if (exec !== undefined) return { type: "exec", command: exec.command ?? [] };
  const address = httpGet?.host ?? tcpSocket?.host ?? podIP;
  const wanted = httpGet?.port ?? tcpSocket?.port ?? grpc?.port;
  const port = wanted === undefined ? undefined : resolvePort(wanted, container);
  if (port === undefined) return { type: "impossible", message: describeMissing(wanted) };
  if (tcpSocket !== undefined) return { type: "tcp", address, port };
  if (grpc !== undefined) return { type: "grpc", address, port, service: grpc.service ?? "" };
  const path = httpGet?.path ?? "/";
  return {
    type: "http",
    scheme: httpGet?.scheme === "HTTPS" ? "https" : "http",
    address,
    port,
    path: path.startsWith("/") ? path : `/${path}`,
    headers: (httpGet?.httpHeaders ?? []).map(({ name, value }) => [name, value] as const),
  };
}

function resolvePort(port: number | string, { ports = [] }: Container): number | undefined {
  if (typeof port === "number") return port;
  const named = ports.find(({ name }) => name === port)?.containerPort;
  return named ?? (/^\d+$/.test(port) ? Number(port) : undefined);
}

function describeMissing(port: number | string | undefined): string {
  return port === undefined
    ? "missing probe handler"
    : `couldn't find port: ${JSON.stringify(port)}`;
}
