/**
 * WHERE, FROM and TO: how the command line and scenarios name a place in a lab.
 *
 *     node/node01   pod/vote/redis-0   deploy/vote/vote   host/laptop   svc/vote/redis:6379
 *     10.96.0.10    redis.vote         underlay           tor1          node/node01:cni0
 */
import type { IpAddress } from "../../net/ip-address.ts";

export type WorkloadKind = "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet";

export interface NodePlace {
  readonly type: "node";
  readonly name: string;
}

export interface PodPlace {
  readonly type: "pod";
  readonly namespace: string;
  readonly name: string;
}

/** The pods of a workload: one of them, the first by name, where only one can be meant. */
export interface WorkloadPlace {
  readonly type: "workload";
  readonly kind: WorkloadKind;
  readonly namespace: string;
  readonly name: string;
}

interface HostPlace {
  readonly type: "host";
  readonly name: string;
}

/** A router of the underlay, or the switch itself under the name `underlay`. */
interface FabricPlace {
  readonly type: "fabric";
  readonly name: string;
}

export interface ServicePlace {
  readonly type: "service";
  readonly namespace: string;
  readonly name: string;
}

export interface AddressPlace {
  readonly type: "address";
  readonly address: IpAddress;
}

/** A DNS name, resolved by whoever asks. */
interface NamePlace {
  readonly type: "name";
  readonly name: string;
}

/** What has a network namespace: programs run and captures listen there. */
export type Machine = NodePlace | PodPlace | WorkloadPlace | HostPlace | FabricPlace;

export type Where = Machine | ServicePlace | AddressPlace | NamePlace;

/** An interface of a place: `node/node01:cni0`. Without a name it is `eth0`. */
export interface InterfacePlace {
  readonly where: Machine;
  readonly interface: string | undefined;
}

/** What a probe aims at: a place, and a port by number or by the Service's name for it. */
export interface Target {
  readonly where: Where;
  readonly port: number | string | undefined;
  /** From the first slash after the port: `/clientip`. */
  readonly path: string | undefined;
}
