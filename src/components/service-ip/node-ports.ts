/** Which port of every node leads to a Service. */

import { type FieldError, type FieldPath, invalid } from "../../api/errors/field-errors.ts";
import type { Service, ServicePort } from "../../api/objects/service.ts";
import { needsHealthCheckNodePort, needsNodePorts } from "../../api/validation/service-type.ts";
import type { Random } from "../../base/random.ts";
import { bandSize, nodePortBand, pickNumber } from "./number-pool.ts";

type ServiceSpec = Service["spec"];

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export interface NodePorts {
  readonly spec: ServiceSpec;
  readonly errors: readonly FieldError[];
}

/** Gives each port of a Service its node port, if its type has any, and the port for health checks. */
export function settleNodePorts(
  spec: ServiceSpec,
  range: PortRange,
  takenByOthers: ReadonlySet<number>,
  random: Random,
): NodePorts {
  const granting = new Granting(range, takenByOthers, random);
  const settled = granting.ports(spec);
  const health = granting.healthCheck(settled);
  return { spec: health, errors: granting.errors };
}

/** The node ports that a Service holds. */
export function nodePortsOf({ spec }: Service): readonly number[] {
  const { ports = [], healthCheckNodePort = 0 } = spec;
  return [healthCheckNodePort, ...ports.map(({ nodePort = 0 }) => nodePort)].filter(
    (port) => port !== 0,
  );
}

/** One Service's grants. A number may serve it twice: for TCP and for UDP. */
class Granting {
  readonly errors: FieldError[] = [];
  readonly #range: PortRange;
  readonly #takenByOthers: ReadonlySet<number>;
  readonly #random: Random;
  readonly #own = new Set<number>();

  constructor(range: PortRange, takenByOthers: ReadonlySet<number>, random: Random) {
    this.#range = range;
    this.#takenByOthers = takenByOthers;
    this.#random = random;
  }

  ports(spec: ServiceSpec): ServiceSpec {
    const { ports = [] } = spec;
    // First what is asked for by number, so that no earlier pick gets in the way.
    for (const [index, { nodePort = 0 }] of ports.entries()) {
      if (nodePort !== 0) this.#grant(["spec", "ports", index, "nodePort"], nodePort);
    }
    if (!needsNodePorts(spec)) return spec;
    const byPort = new Map<number, number>();
    for (const { port, nodePort = 0 } of ports) if (nodePort !== 0) byPort.set(port, nodePort);
    return { ...spec, ports: ports.map((port, index) => this.#withNodePort(port, index, byPort)) };
  }

  healthCheck(spec: ServiceSpec): ServiceSpec {
    if (!needsHealthCheckNodePort(spec)) return spec;
    const { healthCheckNodePort = 0 } = spec;
    const path = ["spec", "healthCheckNodePort"];
    if (healthCheckNodePort !== 0) {
      this.#grant(path, healthCheckNodePort);
      return spec;
    }
    const picked = this.#pick(path);
    return picked === undefined ? spec : { ...spec, healthCheckNodePort: picked };
  }

  /** A port that is served by TCP and by UDP has one number for both. */
  #withNodePort(port: ServicePort, index: number, byPort: Map<number, number>): ServicePort {
    if (port.nodePort) return port;
    const nodePort = byPort.get(port.port) ?? this.#pick(["spec", "ports", index, "nodePort"]);
    if (nodePort === undefined) return port;
    byPort.set(port.port, nodePort);
    return { ...port, nodePort };
  }

  #grant(path: FieldPath, port: number): void {
    const { first, last } = this.#range;
    if (port < first || port > last) {
      const detail = `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
      this.errors.push(invalid(path, port, detail));
    } else if (this.#takenByOthers.has(port)) {
      this.errors.push(invalid(path, port, "provided port is already allocated"));
    }
    this.#own.add(port);
  }

  #pick(path: FieldPath): number | undefined {
    const { first, last } = this.#range;
    const size = last - first + 1;
    const isTaken = (index: number): boolean =>
      this.#takenByOthers.has(first + index) || this.#own.has(first + index);
    const pool = { size, band: bandSize(size, nodePortBand) };
    const index = pickNumber(pool, isTaken, this.#random);
    if (index === undefined) {
      const detail = "failed to allocate a nodePort: range is full";
      this.errors.push({ path, type: "internal", detail });
      return undefined;
    }
    this.#own.add(first + index);
    return first + index;
  }
}
