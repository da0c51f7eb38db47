/** What of pods and namespaces policies look at. */
import type { Labels } from "../../api/objects/meta.ts";
import type { Pod } from "../../api/objects/pod.ts";
import { isPodTerminal } from "../../api/pods/pod-state.ts";
import { podAddresses } from "../../api/services/service-endpoints.ts";
import type { IpFamily } from "../../net/ip-address.ts";

export interface PolicyPod {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly address: string;
  readonly node: string;
  /** Named container ports: `{ http: { protocol: "TCP", port: 8080 } }`. */
  readonly ports: ReadonlyArray<{
    readonly name: string;
    readonly protocol: string;
    readonly port: number;
  }>;
}

/** By the pod's uid: of pods that have a wire, while their status does not yet say so. */
export type WiredAddresses = ReadonlyMap<string, readonly string[]>;

/** Pods with an address of their own, of the family, that are not over. A pod in its node's network is the node, to policies. */
export function policyPods(
  pods: readonly Pod[],
  family: IpFamily,
  wired: WiredAddresses = new Map(),
): readonly PolicyPod[] {
  return pods.flatMap((pod) => {
    const { metadata, spec } = pod;
    const said = podAddresses(pod);
    const addresses = said.length > 0 ? said : (wired.get(metadata.uid ?? "") ?? []);
    const address = addresses.find((ip) => ip.includes(":") === (family === "ipv6"));
    if (address === undefined || spec.hostNetwork === true || isPodTerminal(pod)) return [];
    return [
      {
        namespace: metadata.namespace ?? "",
        name: metadata.name,
        labels: metadata.labels ?? {},
        address,
        node: spec.nodeName ?? "",
        ports: spec.containers.flatMap(({ ports = [] }) =>
          ports.flatMap(({ name, protocol = "TCP", containerPort }) =>
            name === undefined ? [] : [{ name, protocol, port: containerPort }],
          ),
        ),
      },
    ];
  });
}
