/**
 * What the places of the command line and of scenarios mean at this moment:
 * which netns, which addresses, which port. Reads the topology and the store;
 * changes nothing.
 */
import type { ObjectKey } from "../../../api/objects/meta.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Service, ServicePort } from "../../../api/objects/service.ts";
import { podAddresses } from "../../../api/services/service-endpoints.ts";
import type { Store } from "../../../api/store/store.ts";
import {
  familyOf,
  type IpAddress,
  type IpFamily,
  parseIpAddress,
} from "../../../net/ip-address.ts";
import type { ReferencePlace } from "../../../topology/scenario/template.ts";
import type { Topology } from "../../../topology/topology.ts";
import { formatTarget, formatWhere } from "../../../topology/where/format-where.ts";
import type {
  InterfacePlace,
  Machine,
  PodPlace,
  Target,
  WorkloadPlace,
} from "../../../topology/where/where.ts";
import { RunError } from "../run-error.ts";
import { Inventory } from "./inventory.ts";

/** A machine that is there now. */
export interface LiveMachine {
  readonly netns: string;
  /** How it is called in what people read: `vote/redis-0`, `node01`. */
  readonly label: string;
  /** Present when it is a pod with a network of its own. */
  readonly pod?: ObjectKey;
}

/** One of its devices. */
export interface LiveDevice extends LiveMachine {
  readonly device: string;
}

/** A probe's aim; a DNS name is not looked up here. */
export interface LiveTarget {
  readonly address: IpAddress | undefined;
  readonly name: string | undefined;
  readonly port: number | undefined;
  readonly path: string | undefined;
}

export interface PlacesOptions {
  readonly topology: Topology;
  readonly store: Store;
  /** Every address of every device in a netns, and those of one device. */
  readonly addressesIn: (netns: string, device?: string) => readonly IpAddress[];
}

export class Places {
  readonly #inventory: Inventory;
  readonly #addressesIn: PlacesOptions["addressesIn"];

  constructor({ topology, store, addressesIn }: PlacesOptions) {
    this.#inventory = new Inventory(topology, store);
    this.#addressesIn = addressesIn;
  }

  /** @throws RunError when there is no such machine now. */
  machine(place: Machine): LiveMachine {
    switch (place.type) {
      case "node":
        this.#inventory.node(place.name);
        return { netns: place.name, label: place.name };
      case "host":
        this.#inventory.host(place.name);
        return { netns: place.name, label: place.name };
      case "fabric":
        return { netns: this.#inventory.fabric(place.name), label: place.name };
      case "pod":
      case "workload":
        return podMachine(this.#onePod(place));
    }
  }

  /**
   * The machines and the device of `deploy/vote/vote` or `node/node01:cni0`; `eth0` unless named. Of a
   * workload every pod that runs.
   *
   * @throws RunError when there is no such machine now.
   */
  devices({ where, interface: device = "eth0" }: InterfacePlace): readonly LiveDevice[] {
    const machines =
      where.type === "workload" ? this.#runningPods(where).map(podMachine) : [this.machine(where)];
    return machines.map((machine) => ({ ...machine, device }));
  }

  /** The node that a place is on, whose rules its packets meet first; undefined outside the cluster. */
  nodeOf(place: Machine): string | undefined {
    switch (place.type) {
      case "node":
        return this.#inventory.node(place.name).name;
      case "pod":
      case "workload":
        return this.#onePod(place).spec.nodeName;
      case "host":
      case "fabric":
        return undefined;
    }
  }

  /**
   * The one address that `${…}` stands for: of a Service the ClusterIP, of a workload its first pod's; of
   * several that of the family asked for, or of the cluster's first.
   */
  address({ where, interface: device, family }: ReferencePlace): IpAddress {
    return this.#address(where, device, family);
  }

  #address(
    where: ReferencePlace["where"],
    device: string | undefined,
    family: IpFamily | undefined,
  ): IpAddress {
    const own = this.#ownAddresses(where, device);
    const address = own.find((each) => family === undefined || familyOf(each) === family);
    if (address !== undefined) return address;
    const text = device === undefined ? formatWhere(where) : `${formatWhere(where)}:${device}`;
    const kind = family === undefined ? "" : `${family === "ipv4" ? "IPv4" : "IPv6"} `;
    throw new RunError("RUN_NO_ADDRESS", `${text} has no ${kind}address`);
  }

  /** Of the one machine or Service that is meant, the first family's first. */
  #ownAddresses(where: ReferencePlace["where"], device: string | undefined): readonly IpAddress[] {
    switch (where.type) {
      case "address":
        return [where.address];
      case "service":
        return clusterIPs(this.#inventory.service(where));
      case "node":
        return device === undefined
          ? this.#inventory.node(where.name).addresses
          : this.#addressesIn(where.name, device);
      case "host":
        return device === undefined
          ? this.#inventory.host(where.name).addresses
          : this.#addressesIn(where.name, device);
      case "fabric":
        return this.#addressesIn(this.#inventory.fabric(where.name), device ?? "eth0");
      case "pod":
      case "workload":
        return device === undefined
          ? podIPs(this.#onePod(where))
          : this.#addressesIn(this.machine(where).netns, device);
    }
  }

  /** Every address the place has, of both families or of one: of a workload all its pods', of a machine those of all its devices. */
  addresses(place: ReferencePlace): readonly IpAddress[] {
    const { family } = place;
    return this.#allAddresses(place).filter(
      (address) => family === undefined || familyOf(address) === family,
    );
  }

  #allAddresses({ where, interface: device }: ReferencePlace): readonly IpAddress[] {
    switch (where.type) {
      case "address":
      case "service":
        return this.#ownAddresses(where, device);
      case "pod":
      case "workload":
        return device === undefined
          ? this.#inventory.pods(where).flatMap(podIPs)
          : this.devices({ where, interface: device }).flatMap(({ netns }) =>
              this.#addressesIn(netns, device),
            );
      default:
        return this.#addressesIn(this.machine(where).netns, device);
    }
  }

  /** Where a probe goes; without a family by the cluster's first. */
  target(target: Target, family?: IpFamily): LiveTarget {
    const { where, port, path } = target;
    if (where.type === "name") {
      return { address: undefined, name: where.name, port: this.#number(port, target), path };
    }
    if (where.type === "service") {
      const service = this.#inventory.service(where);
      const address = this.#address(where, undefined, family);
      const servicePort = choosePort(service, port);
      if (servicePort === undefined) throw noPort(service, target);
      return { address, name: undefined, port: servicePort.port, path };
    }
    const address = this.#address(where, undefined, family);
    return { address, name: undefined, port: this.#number(port, target), path };
  }

  /** The pods of a place, by name; a pod that is being deleted counts only when nothing else is left. */
  pods(place: PodPlace | WorkloadPlace): readonly Pod[] {
    return this.#inventory.pods(place);
  }

  #onePod(place: PodPlace | WorkloadPlace): Pod {
    const [pod] = this.#runningPods(place);
    return pod;
  }

  /** Those that have a network. */
  #runningPods(place: PodPlace | WorkloadPlace): readonly [Pod, ...Pod[]] {
    const [first, ...others] = this.#inventory
      .pods(place)
      .filter(({ status }) => status?.podIP !== undefined);
    if (first !== undefined) return [first, ...others];
    throw new RunError("RUN_NO_POD", `${formatWhere(place)} has no running pod`);
  }

  #number(port: number | string | undefined, target: Target): number | undefined {
    if (typeof port !== "string") return port;
    throw new RunError("RUN_NO_PORT", `${formatTarget(target)}: only a Service names its ports`);
  }
}

/** The netns of a pod with a network of its own is called after it. */
export function podNetns({ namespace, name }: ObjectKey): string {
  return `${namespace}.${name}`;
}

function podMachine({ metadata, spec }: Pod): LiveMachine {
  const { namespace = "", name } = metadata;
  const label = `${namespace}/${name}`;
  return spec.hostNetwork === true
    ? { netns: spec.nodeName ?? "", label }
    : { netns: podNetns({ namespace, name }), label, pod: { namespace, name } };
}

function podIPs(pod: Pod): readonly IpAddress[] {
  return podAddresses(pod).flatMap((text) => parseIpAddress(text) ?? []);
}

/** @throws RunError when it has none, as a headless Service has not. */
function clusterIPs({ metadata, spec }: Service): readonly IpAddress[] {
  const { clusterIP = "", clusterIPs: all = [clusterIP] } = spec;
  const addresses = all.flatMap((text) => parseIpAddress(text) ?? []);
  if (addresses.length > 0) return addresses;
  const kind = spec.clusterIP === "None" ? "headless" : `of type ${spec.type}`;
  throw new RunError(
    "RUN_NO_ADDRESS",
    `svc/${metadata.namespace}/${metadata.name} is ${kind} and has no ClusterIP`,
    { hint: "name one of its pods, or its DNS name" },
  );
}

/** By number or name; without either, the Service's first port. */
function choosePort({ spec }: Service, port: number | string | undefined): ServicePort | undefined {
  const ports = spec.ports ?? [];
  if (port === undefined) return ports[0];
  // A number is taken as it is: probing a port that the Service lacks is a fair question.
  if (typeof port === "number") return ports.find((each) => each.port === port) ?? { port };
  return ports.find(({ name }) => name === port);
}

function noPort({ spec }: Service, target: Target): RunError {
  const names = (spec.ports ?? []).map(({ name = "", port }) => (name === "" ? port : name));
  return new RunError(
    "RUN_NO_PORT",
    `${formatTarget(target)}: the Service has the ports ${names.join(", ")}`,
  );
}
