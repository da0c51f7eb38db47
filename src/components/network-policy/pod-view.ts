/** What of pods and namespaces policies look at. */
import type { Labels } from "../../api/meta.ts";
import type { Pod } from "../../api/pod.ts";
import { isPodTerminal } from "../../api/pod-state.ts";

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

/** Pods with an address of their own that are not over. A pod in its node's network is the node, to policies. */
export function policyPods(pods: readonly Pod[]): readonly PolicyPod[] {
  return pods.flatMap((pod) => {
    const { metadata, spec, status } = pod;
    const address = status?.podIP;
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
