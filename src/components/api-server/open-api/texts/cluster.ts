import type { TypeTexts } from "../type-texts.ts";

export const clusterTexts: TypeTexts = {
  Namespace: { type: "A space of names. Services of other namespaces are called name.namespace." },
  NamespaceSpec: {
    type: "What holds a namespace.",
    fields: { finalizers: "What must be done before it may go." },
  },
  NamespaceStatus: {
    type: "The state of a namespace.",
    fields: {
      phase: "Active, or Terminating while it is being emptied.",
      conditions: "What holds up its end.",
    },
  },
  Node: { type: "A machine that runs pods." },
  NodeSpec: {
    type: "What a node is to be.",
    fields: {
      podCIDR: "The range that its pods have their addresses from.",
      podCIDRs: "The same, one of each IP family.",
      taints: "What keeps pods away that do not tolerate it.",
      unschedulable: "Whether new pods go elsewhere: kubectl cordon.",
      providerID: "What the machine is called where it comes from.",
    },
  },
  NodeStatus: {
    type: "The state of a node.",
    fields: {
      addresses: "Its addresses and its host name.",
      conditions: "Ready, and what it is short of.",
      capacity: "What it has.",
      allocatable: "What pods can have of it.",
      nodeInfo: "Its operating system and programs.",
    },
  },
  Taint: {
    type: "What keeps pods away from a node.",
    fields: {
      key: "Its name.",
      value: "Its value.",
      effect:
        "NoSchedule: no new pods. PreferNoSchedule: rather not. NoExecute: those that are there must go too.",
      timeAdded: "When it was added.",
    },
  },
  ConfigMap: {
    type: "Names and values for programs.",
    fields: {
      data: "Texts by name.",
      binaryData: "Bytes by name, as base64.",
      immutable: "Whether it stays as it is for ever.",
    },
  },
  Secret: {
    type: "Names and values that not everybody should see.",
    fields: {
      data: "Bytes by name, as base64.",
      stringData: "Texts by name, to write; they are read as data.",
      type: "What it is for.",
      immutable: "Whether it stays as it is for ever.",
    },
  },
  ServiceAccount: {
    type: "Who a pod is to the API server.",
    fields: {
      secrets: "Secrets that its pods may use.",
      imagePullSecrets: "Secrets to fetch images with.",
      automountServiceAccountToken: "Whether its pods find a token in a file.",
    },
  },
  Event: {
    type: "Something that happened to an object.",
    fields: {
      involvedObject: "What it happened to.",
      reason: "What happened, in one word for programs.",
      message: "What happened, for people.",
      type: "Normal or Warning.",
      source: "Who says so.",
      count: "How often it happened.",
      firstTimestamp: "When it happened first.",
      lastTimestamp: "When it happened last.",
      eventTime: "When it happened, to the microsecond.",
      series: "How often and when last, of what goes on happening.",
      action: "What was done about it.",
      related: "Another object that has to do with it.",
      reportingComponent: "The program that says so.",
      reportingInstance: "Which instance of it.",
    },
  },
  ObjectReference: {
    type: "An object that is named.",
    fields: {
      apiVersion: "Its group and version.",
      kind: "Its kind.",
      namespace: "Its namespace.",
      name: "Its name.",
      uid: "Its uid.",
      resourceVersion: "Its version then.",
      fieldPath: "The part of it that is meant.",
    },
  },
};
