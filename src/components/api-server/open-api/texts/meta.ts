import type { TypeTexts } from "../type-texts.ts";

export const metaTexts: TypeTexts = {
  ObjectMeta: {
    type: "What every object has, whatever its kind.",
    fields: {
      name: "Unique among the objects of the kind in the namespace. Cannot be changed.",
      generateName: "A prefix: the server makes a name from it where there is none.",
      namespace: "Where the name is unique. Nodes and namespaces themselves have none.",
      uid: "Tells the object from all others of the same name, earlier and later. The server's.",
      resourceVersion:
        "Changes with every write. Sent back in an update, it makes sure that nobody wrote in between.",
      generation:
        "Counts the changes of spec. status.observedGeneration says how far they are carried out.",
      creationTimestamp: "When the server stored the object first.",
      deletionTimestamp:
        "Set once the object is to go; it stays until grace and finalizers are over.",
      deletionGracePeriodSeconds: "How long a pod has for its end.",
      labels: "Names and values to select objects by: Services find their pods with them.",
      annotations: "Names and values that nothing selects by: notes of programs for themselves.",
      ownerReferences:
        "Objects that this one belongs to. When the last of them is gone, so is this.",
      finalizers:
        "What has to happen before the object may go; whoever has done its part takes its name out.",
      managedFields: "Who wrote which field last. Server-side apply finds conflicts with it.",
    },
  },
  OwnerReference: {
    type: "An object that another belongs to.",
    fields: {
      apiVersion: "The owner's group and version.",
      kind: "The owner's kind.",
      name: "The owner's name, in the same namespace.",
      uid: "The owner's uid: another object of the name does not count.",
      controller: "Whether the owner looks after the object. One owner at most does.",
      blockOwnerDeletion:
        "Whether an owner that is deleted in the foreground waits for this object.",
    },
  },
  ManagedFieldsEntry: {
    type: "The fields that one writer owns.",
    fields: {
      manager: "The program that wrote.",
      operation: "Apply, or Update for every other way to write.",
      apiVersion: "The version in which the fields were written.",
      time: "When the set of fields changed last.",
      fieldsType: "Always FieldsV1.",
      fieldsV1: "The fields as a tree of steps.",
      subresource: "The part that was written, such as status or scale.",
    },
  },
  LabelSelector: {
    type: "Which labels an object must have. Both parts must hold; an empty selector takes every object.",
    fields: {
      matchLabels: "Labels with exactly these values.",
      matchExpressions: "Conditions on labels.",
    },
  },
  LabelSelectorRequirement: {
    type: "One condition on a label.",
    fields: {
      key: "The label's name.",
      operator: "In, NotIn, Exists or DoesNotExist.",
      values: "For In and NotIn: the values.",
    },
  },
  Condition: {
    type: "One thing that holds of an object, or does not.",
    fields: {
      type: "What is said, such as Ready or Available.",
      status: "True, False or Unknown.",
      reason: "Why, in one word for programs.",
      message: "Why, for people.",
      lastTransitionTime: "When the status changed last.",
      lastUpdateTime: "When the condition was written last.",
      lastProbeTime: "When it was looked at last.",
      lastHeartbeatTime: "When the node said so last.",
      observedGeneration: "The generation of the object that it is about.",
    },
  },
  IntOrString: { type: "A number, or a text: the name of a port, or a percentage such as 25%." },
  Quantity: { type: "A number with a suffix: 500m is one half, 1Ki is 1024, 1M a million." },
};
