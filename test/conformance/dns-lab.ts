/** A lab whose CoreDNS sees the recorded objects, and a pod to ask it from. Runs inside a sandbox. */
import pino from "pino";
import type { AnyObject } from "../../src/api/objects/kinds.ts";
import type { Pod } from "../../src/api/objects/pod.ts";
import { isPodReady } from "../../src/api/pods/pod-state.ts";
import { Deadline } from "../../src/base/deadline.ts";
import { until } from "../../src/base/until.ts";
import { requireCoreDns } from "../../src/kernel/coredns/find-coredns.ts";
import type { Netns } from "../../src/kernel/netns.ts";
import { withClusterDns } from "../../src/lab/cluster-dns.ts";
import { LiveLab } from "../../src/lab/live/live-lab.ts";
import { askDns } from "../../src/observe/probes/ask-dns.ts";
import { loadLab } from "../../src/topology/load.ts";
import { encodeDnsQuery } from "../../src/wire/packet/dns/encode.ts";
import type { DnsMessage } from "../../src/wire/packet/dns/message.ts";
import { dnsTypeNumber } from "../../src/wire/packet/dns/record.ts";
import { patient } from "../patience.ts";
import { corefileOf, type DnsCases, type DnsGroup } from "./dns-cases.ts";

const topologyText = `apiVersion: podwire.dev/v1alpha1
kind: Topology
metadata: {name: conformance}
spec:
  nodes: [{name: node01}]
---
apiVersion: v1
kind: Pod
metadata: {name: client, namespace: shop}
spec: {containers: [{name: main, image: main}]}
`;

const readyWithinMs = 60_000;
const answerWithinMs = 5_000;
const EDNS_BYTES = 4_096;
/** Types that have a number, and no name in the wire floor. */
const otherTypes: ReadonlyMap<string, number> = new Map([
  ["HINFO", 13],
  ["HTTPS", 65],
  ["AXFR", 252],
]);
const inKubeSystem = { namespace: "kube-system", name: "coredns" };

export class DnsLab implements AsyncDisposable {
  readonly #lab: LiveLab;
  readonly #files: DnsCases["files"];

  private constructor(lab: LiveLab, files: DnsCases["files"]) {
    this.#lab = lab;
    this.#files = files;
  }

  static async build({ objects, files }: DnsCases, signal: AbortSignal): Promise<DnsLab> {
    const plan = loadLab(["lab.yaml"], { readFile: () => topologyText });
    const lab = await LiveLab.build({
      name: "conformance",
      request: {
        ...withClusterDns(plan, requireCoreDns),
        file: "lab.yaml",
        seed: 1,
        readyWithinMs,
        pid: process.pid,
      },
      log: pino({ level: "silent" }),
      emit: () => undefined,
      signal,
    });
    const { store } = lab.cluster;
    for (const object of objects) {
      const key = { namespace: object.metadata.namespace ?? "", name: object.metadata.name };
      // The cluster's own stay: its namespaces, its DNS, and the pod that asks.
      if (store.get(object.kind, key) !== undefined || isOfKubeDns(object)) continue;
      store.create(asRecorded(object));
    }
    return new DnsLab(lab, files);
  }

  /** Resolves when CoreDNS runs with the group's Corefile and nobody else is behind its Service. */
  async use(group: DnsGroup, signal: AbortSignal): Promise<void> {
    const { store } = this.#lab.cluster;
    const data = { Corefile: corefileOf(group), ...this.#files };
    store.patch("ConfigMap", inKubeSystem, (config) => ({ ...config, data }));
    store.patch("Deployment", inKubeSystem, (deployment) => {
      const { template } = deployment.spec;
      const annotations = { ...template.metadata?.annotations, group: group.id };
      const volumes = (template.spec.volumes ?? []).map((volume) =>
        volume.name === "config-volume"
          ? { name: volume.name, configMap: { name: inKubeSystem.name } }
          : volume,
      );
      return {
        ...deployment,
        spec: {
          ...deployment.spec,
          template: {
            metadata: { ...template.metadata, annotations },
            spec: { ...template.spec, volumes, terminationGracePeriodSeconds: 1 },
          },
        },
      };
    });
    const isAlone = async (): Promise<true | undefined> => {
      const pods = store
        .list("Pod", "kube-system")
        .filter(({ metadata }) => metadata.labels?.["k8s-app"] === "kube-dns");
      const [pod, ...others] = pods;
      if (pod === undefined || others.length > 0 || !isPodReady(pod)) return undefined;
      return pod.metadata.annotations?.["group"] === group.id || undefined;
    };
    using patience = new Deadline(patient(readyWithinMs), signal);
    await until(isAlone, { intervalMs: 10, signal: patience.signal });
    // It is ready when it knows all objects; now its Service has to lead to it.
    await this.#lab.cluster.settled();
  }

  /** From the pod, by the Service's address. */
  ask(
    { name, type }: { readonly name: string; readonly type: string },
    transport: "udp" | "tcp",
    signal: AbortSignal,
  ): Promise<DnsMessage> {
    const number = dnsTypeNumber(type) ?? otherTypes.get(type);
    if (number === undefined) throw new RangeError(`there is no type ${type}`);
    const id = Math.floor(Math.random() * 0x1_0000);
    const query = encodeDnsQuery({ id, name, type: number, udpPayloadBytes: EDNS_BYTES });
    const { address } = this.#lab.request.topology.dns;
    const aim = { netns: this.#client, address, port: 53, options: {}, signal };
    return askDns({ ...aim, timeoutMs: answerWithinMs }, query, transport);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lab[Symbol.asyncDispose]();
  }

  get #client(): Netns {
    return this.#lab.machines.netns("shop.client");
  }
}

function isOfKubeDns({ metadata: { namespace, name } }: AnyObject): boolean {
  return namespace === "kube-system" && name.startsWith("kube-dns");
}

/**
 * As it is recorded, but so that the lab's own controllers leave it alone: CoreDNS reads neither selectors nor who
 * manages a slice. Pods get a node that no kubelet looks after.
 */
function asRecorded(object: AnyObject): AnyObject {
  switch (object.kind) {
    case "Service": {
      const { selector: _, ...spec } = object.spec;
      return { ...object, spec };
    }
    case "EndpointSlice": {
      const labels = {
        ...object.metadata.labels,
        "endpointslice.kubernetes.io/managed-by": "conformance",
      };
      return { ...object, metadata: { ...object.metadata, labels } };
    }
    case "Pod":
      return withNode(object);
    default:
      return object;
  }
}

/** And are ready, or the lab would wait for them. */
function withNode(pod: Pod): Pod {
  const status = { ...pod.status, conditions: [{ type: "Ready", status: "True" as const }] };
  return { ...pod, spec: { ...pod.spec, nodeName: "elsewhere" }, status };
}
