import { createServer } from "node:net";
import type { PodResponders } from "../../../components/responder/pod-responders.ts";
import { PortTakenError } from "../../../components/responder/responder.ts";
import type { Place } from "../../../kernel/processes/process.ts";
import { listenTcp } from "../../../kernel/sockets/tcp.ts";
import { udpSocket } from "../../../kernel/sockets/udp.ts";
import { familyOf, type IpAddress, ipAddress } from "../../../net/ip-address.ts";
import type { TopologyNode } from "../../../topology/topology.ts";
import type { Machines } from "../machines/machines.ts";
import { endedContainer, type Role, type Started } from "./started-container.ts";

export interface RespondingOptions {
  readonly node: TopologyNode;
  readonly machines: Machines;
  readonly responders: PodResponders;
  /** True for containers that the built-in responder plays. */
  readonly responds: (image: string) => boolean;
}

/** A container whose image the built-in responder stands in for. */
export async function startResponding(
  id: string,
  netnsName: string,
  { request, output }: Role,
  { node, machines, responders, responds }: RespondingOptions,
): Promise<Started> {
  const { pod, container, hostname } = request;
  const place = (): Place => machines.place(netnsName);
  // What runs to its end before the pod begins needs no port.
  if (request.role === "init") return { running: endedContainer(id), place };
  // biome-ignore lint/nursery/useDisposables: the machines own it.
  const netns = machines.netns(netnsName);
  const any = anyAddressOf(node);
  const address = pod.spec.hostNetwork === true ? node.address : any;
  try {
    // biome-ignore lint/nursery/useDisposables: it ends with the container.
    const responder = await responders.start({
      pod,
      container: container.name,
      hostname,
      responds: ({ image = "" }) => responds(image),
      listenTcp: (port) =>
        listenTcp(
          netns,
          { address: any, port, dualStack: true },
          createServer({ allowHalfOpen: true }),
        ),
      // An answer from the unspecified address would leave a node by the address of its way out.
      bindUdp: (port) => udpSocket(netns, { address, port }),
      ownAddresses: () => machines.addressesIn(netnsName),
      say: (line) => output.write("stdout", Buffer.from(`${line}\n`)),
    });
    const running = {
      id,
      exited: responder.exited.then((exitCode) => ({ exitCode })),
      stop: () => responder.end(0),
    };
    return { running, place };
  } catch (error) {
    if (!(error instanceof PortTakenError)) throw error;
    // As of a server that cannot have its port: it says so and ends.
    output.write("stderr", Buffer.from(`${error.message}\n`));
    return { running: endedContainer(id, 1, error.message), place };
  }
}

/** Every address of the netns: where there is IPv6, those of both families. */
function anyAddressOf({ addresses }: TopologyNode): IpAddress {
  return ipAddress(addresses.some((own) => familyOf(own) === "ipv6") ? "::" : "0.0.0.0");
}
