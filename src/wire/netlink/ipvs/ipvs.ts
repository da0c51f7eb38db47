/** The kernel's load balancers: virtual servers, each with real servers behind it. Layout: ipvs-message.ts. */
import { familyOf, formatSocketAddress, type IpAddress } from "../../../net/ip-address.ts";
import type { SocketAddress } from "../../socket/socket-address.ts";
import { AF_INET, addressFamily } from "../address-family.ts";
import { ip } from "../attribute-codec.ts";
import type { GenericRequest } from "../generic.ts";
import { NLM_F_DUMP } from "../message.ts";
import {
  decodeIpvs,
  encodeIpvs,
  type IpvsCommand,
  type IpvsMessage,
  type IpvsService,
} from "./ipvs-message.ts";

/** IPPROTO_*. */
const PROTOCOLS = { tcp: 6, udp: 17, sctp: 132 } as const;

/** IP_VS_SVC_F_*; of the scheduler mh the second flag of its own is IP_VS_SVC_F_SCHED_MH_PORT. */
const PERSISTENT = 0x01;
const SCHED_MH_PORT = 0x10;
/** IP_VS_CONN_F_MASQ: the destination is translated, and the answer's source back. */
const MASQUERADE = 0;
/** Persistence is of single clients. */
const WHOLE_ADDRESS = { ipv4: 0xffff_ffff, ipv6: 128 } as const;
const IPV4_BYTES = 4;

/** By which a virtual server is known. */
export interface ServerAddress extends SocketAddress {
  readonly protocol: keyof typeof PROTOCOLS;
}

/** How a virtual server chooses. */
export interface Scheduling {
  /** The kernel's name: `rr`. */
  readonly scheduler: string;
  /** Seconds that a client stays with its real server; undefined: no longer than a connection. */
  readonly persistentSeconds: number | undefined;
}

/** One step, as `ipvsadm` has options: -A, -E and -D for virtual servers, -a, -e and -d for real ones. */
export type IpvsChange =
  | ({
      readonly type: "add" | "edit";
      readonly server: ServerAddress;
      /** Only of the scheduler mh: by source address and port, not by the address alone. */
      readonly byPort: boolean;
    } & Scheduling)
  | { readonly type: "delete"; readonly server: ServerAddress }
  | {
      readonly type: "add-real" | "edit-real";
      readonly server: ServerAddress;
      readonly real: SocketAddress;
      readonly weight: number;
    }
  | {
      readonly type: "delete-real";
      readonly server: ServerAddress;
      readonly real: SocketAddress;
    };

export interface CountedRealServer extends SocketAddress {
  readonly weight: number;
  /** Active and inactive ones. */
  readonly connections: number;
}

/** Seconds; 0 leaves what is. */
export interface IpvsTimeouts {
  readonly tcp: number;
  readonly tcpFin: number;
  readonly udp: number;
}

const COMMANDS = {
  add: "NEW_SERVICE",
  edit: "SET_SERVICE",
  delete: "DEL_SERVICE",
  "add-real": "NEW_DEST",
  "edit-real": "SET_DEST",
  "delete-real": "DEL_DEST",
} as const satisfies Readonly<Record<IpvsChange["type"], IpvsCommand>>;

/** Equivalent to: `ipvsadm -A -t $server -s $scheduler -p $seconds`, `ipvsadm -a -t $server -r $real -m -w $weight`, … */
export function ipvsChange(change: IpvsChange): GenericRequest {
  const { server } = change;
  const command = COMMANDS[change.type];
  const name = describe(server);
  const service = identify(server);
  switch (change.type) {
    case "add":
    case "edit":
      return request(command, name, { service: { ...service, ...scheduling(change) } });
    case "delete":
      return request(command, name, { service });
    default: {
      const { real } = change;
      return request(command, `${name} -> ${formatSocketAddress(real.address, real.port)}`, {
        service,
        destination: {
          address: ip.encode(real.address),
          port: real.port,
          ...(change.type !== "delete-real" && {
            forwarding: MASQUERADE,
            weight: change.weight,
            upperThreshold: 0,
            lowerThreshold: 0,
          }),
        },
      });
    }
  }
}

/** Equivalent to: `ipvsadm --set $tcp $tcpFin $udp` */
export function ipvsTimeoutsSet({ tcp, tcpFin, udp }: IpvsTimeouts): GenericRequest {
  const seconds = { tcpSeconds: tcp, tcpFinSeconds: tcpFin, udpSeconds: udp };
  return request("SET_CONFIG", "time-outs", seconds);
}

export function virtualServerGet(server: ServerAddress): GenericRequest {
  return request("GET_SERVICE", describe(server), { service: identify(server) });
}

export function virtualServerDump(): GenericRequest {
  return { ...request("GET_SERVICE", "", {}), flags: NLM_F_DUMP };
}

/** Of a virtual server that is not there: none. */
export function realServerDump(server: ServerAddress): GenericRequest {
  const get = request("GET_DEST", describe(server), { service: identify(server) });
  return { ...get, flags: NLM_F_DUMP };
}

/** Undefined for one of a firewall mark. */
export function decodeVirtualServer(payload: Uint8Array): (ServerAddress & Scheduling) | undefined {
  const { family, address, port, ...service } = decodeIpvs(payload).service ?? {};
  const protocol = protocolOf(service.protocol);
  if (protocol === undefined || address === undefined || port === undefined) return undefined;
  const { scheduler = "", flags = 0, timeoutSeconds } = service;
  return {
    protocol,
    address: decodeAddress(family, address),
    port,
    scheduler,
    persistentSeconds: (flags & PERSISTENT) === 0 ? undefined : timeoutSeconds,
  };
}

/** Undefined when the message tells of none. */
export function decodeRealServer(payload: Uint8Array): CountedRealServer | undefined {
  const { family, address, port, ...destination } = decodeIpvs(payload).destination ?? {};
  if (address === undefined || port === undefined) return undefined;
  const { weight = 0, activeConnections = 0, inactiveConnections = 0 } = destination;
  return {
    address: decodeAddress(family, address),
    port,
    weight,
    connections: activeConnections + inactiveConnections,
  };
}

function request(command: IpvsCommand, subject: string, message: IpvsMessage): GenericRequest {
  return {
    operation: `IPVS_CMD_${command} ${subject}`.trimEnd(),
    flags: 0,
    payload: encodeIpvs(command, message),
  };
}

/** `tcp 10.96.0.10:53`. */
function describe({ protocol, address, port }: ServerAddress): string {
  return `${protocol} ${formatSocketAddress(address, port)}`;
}

function identify({ protocol, address, port }: ServerAddress): IpvsService {
  return {
    family: addressFamily(address),
    protocol: PROTOCOLS[protocol],
    address: ip.encode(address),
    port,
  };
}

function scheduling({
  server,
  scheduler,
  persistentSeconds,
  byPort,
}: Extract<IpvsChange, Scheduling>): IpvsService {
  return {
    scheduler,
    flags: (persistentSeconds === undefined ? 0 : PERSISTENT) | (byPort ? SCHED_MH_PORT : 0),
    timeoutSeconds: persistentSeconds ?? 0,
    netmask: WHOLE_ADDRESS[familyOf(server.address)],
  };
}

function protocolOf(number: number | undefined): ServerAddress["protocol"] | undefined {
  // Object.keys forgets that the keys are these.
  const names = Object.keys(PROTOCOLS) as Array<ServerAddress["protocol"]>;
  return names.find((name) => PROTOCOLS[name] === number);
}

function decodeAddress(family: number | undefined, payload: Uint8Array): IpAddress {
  return ip.decode(family === AF_INET ? payload.subarray(0, IPV4_BYTES) : payload);
}
