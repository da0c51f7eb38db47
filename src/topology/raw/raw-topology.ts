/** A `Topology` document as written. The descriptions are what editors show. */
import * as z from "zod";
import type { Matrix } from "../variants.ts";
import { type RawHost, type RawLoadBalancer, rawHost, rawLoadBalancer } from "./raw-host.ts";
import {
  type RawManifestsEntry,
  type RawStandIn,
  rawManifestsEntry,
  rawStandIn,
} from "./raw-manifests.ts";
import { rawMatrix } from "./raw-matrix.ts";
import {
  type RawDns,
  type RawNetwork,
  type RawServices,
  rawDns,
  rawNetwork,
  rawServices,
} from "./raw-network.ts";
import { type RawNode, rawNode } from "./raw-node.ts";
import { type RawUnderlay, rawUnderlay } from "./raw-underlay.ts";
import { durationText, labName } from "./scalar-schemas.ts";

export interface RawControlPlane {
  readonly store?: "memory" | "etcd" | undefined;
}

export interface RawPods {
  readonly readyWithin?: string | undefined;
  readonly probeTimeScale?: number | undefined;
}

/** The parts of `spec`, each read on its own so that a fault in one hides no fault in another. */
interface RawTopologySpec {
  readonly nodes: readonly RawNode[];
  readonly hosts?: readonly RawHost[] | undefined;
  readonly underlay?: RawUnderlay | undefined;
  readonly network?: RawNetwork | undefined;
  readonly services?: RawServices | undefined;
  readonly matrix?: Matrix | undefined;
  readonly dns?: RawDns | undefined;
  readonly controlPlane?: RawControlPlane | undefined;
  readonly pods?: RawPods | undefined;
  readonly loadBalancer?: RawLoadBalancer | undefined;
  readonly manifests?: ReadonlyArray<string | RawManifestsEntry> | undefined;
  readonly images?: Readonly<Record<string, RawStandIn>> | undefined;
}

export interface RawTopology {
  readonly apiVersion: "podwire.dev/v1alpha1";
  readonly kind: "Topology";
  readonly metadata: { readonly name: string };
  readonly spec: RawTopologySpec;
}

export const rawControlPlane: z.ZodType<RawControlPlane> = z.strictObject({
  store: z
    .enum(["memory", "etcd"])
    .optional()
    .describe("where the API server keeps its objects; memory unless given"),
});

export const rawPods: z.ZodType<RawPods> = z.strictObject({
  readyWithin: durationText
    .optional()
    .describe("how long `up` and `test` wait for them; 60s unless given"),
  probeTimeScale: z
    .number()
    .positive()
    .optional()
    .describe("multiplies their probes' initialDelaySeconds and periodSeconds; 1 unless given"),
});

export const rawMetadata: z.ZodType<RawTopology["metadata"]> = z
  .strictObject({ name: labName.describe("how the lab is called") })
  .describe("the lab's name");

export const rawTopology: z.ZodType<RawTopology> = z
  .strictObject({
    apiVersion: z.literal("podwire.dev/v1alpha1").describe("the version of this language"),
    kind: z.literal("Topology").describe("Topology or Scenario"),
    metadata: rawMetadata,
    spec: z
      .strictObject({
        nodes: z.array(rawNode).min(1).describe("the cluster's machines"),
        hosts: z.array(rawHost).optional().describe("machines outside the cluster"),
        underlay: rawUnderlay.optional().describe("what nodes and hosts are plugged into"),
        network: rawNetwork.optional().describe("the pod network"),
        services: rawServices.optional().describe("Services and kube-proxy"),
        matrix: rawMatrix
          .optional()
          .describe("what `podwire test` runs this file with, one after the other"),
        dns: rawDns.optional().describe("the cluster's DNS"),
        controlPlane: rawControlPlane.optional().describe("the API server's store"),
        pods: rawPods.optional().describe("how pods become ready"),
        loadBalancer: rawLoadBalancer
          .optional()
          .describe("a host that stands in for a cloud's load balancer"),
        manifests: z
          .array(rawManifestsEntry)
          .optional()
          .describe("Kubernetes YAML or JSON: files and folders, relative to this file"),
        images: z
          .record(z.string(), rawStandIn)
          .optional()
          .describe(
            "what runs in place of an image, by the image's name, in which * stands for anything; all others run the built-in responder",
          ),
      })
      .describe("the lab"),
  })
  .describe("One lab: nodes, hosts, the networks between them and what runs on them.");
