import test from "ava";
import type { Deployment } from "../../api/objects/workload.ts";
import { newReplicaSetAnnotations } from "./annotations.ts";
import { findNewReplicaSet, newReplicaSet } from "./new-replica-set.ts";

function deployment(
  image: string,
  labels: Readonly<Record<string, string>> = { app: "web" },
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "web",
      namespace: "default",
      uid: "d",
      annotations: {
        "kubectl.kubernetes.io/last-applied-configuration": "{}",
        "kubernetes.io/change-cause": "why",
      },
    },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: "web" } },
      template: { metadata: { labels }, spec: { containers: [{ name: "web", image }] } },
    },
  };
}

test("the same template has the same name, whatever the order of its keys", (t) => {
  const a = newReplicaSet(deployment("web:1", { app: "web", tier: "front" }), 1);
  const b = newReplicaSet(deployment("web:1", { tier: "front", app: "web" }), 1);
  t.is(a.metadata.name, b.metadata.name);
  t.not(newReplicaSet(deployment("web:2"), 1).metadata.name, a.metadata.name);
});

test("a template with its defaults written out is the same template", (t) => {
  const plain = deployment("web:1");
  const { template } = plain.spec;
  const spelled: Deployment = {
    ...plain,
    spec: {
      ...plain.spec,
      template: { ...template, spec: { ...template.spec, restartPolicy: "Always" } },
    },
  };
  t.is(newReplicaSet(spelled, 1).metadata.name, newReplicaSet(plain, 1).metadata.name);
});

test("a taken name leads to another hash", (t) => {
  const plain = deployment("web:1");
  const collided = { ...plain, status: { collisionCount: 1 } };
  t.not(newReplicaSet(collided, 1).metadata.name, newReplicaSet(plain, 1).metadata.name);
});

test("the ReplicaSet of a template is found again, the oldest of several", (t) => {
  const one = newReplicaSet(deployment("web:1"), 1);
  const two = newReplicaSet(deployment("web:2"), 2);
  t.is(findNewReplicaSet(deployment("web:1"), [two, one]), one);
  t.is(findNewReplicaSet(deployment("web:3"), [two, one]), undefined);
  const at = (time: string): typeof one => ({
    ...one,
    metadata: { ...one.metadata, creationTimestamp: time },
  });
  const [older, younger] = [at("2026-01-01T00:00:00Z"), at("2026-01-02T00:00:00Z")];
  t.is(findNewReplicaSet(deployment("web:1"), [younger, older]), older);
});

test("annotations are passed on, but for the Deployment's own", (t) => {
  t.deepEqual(newReplicaSet(deployment("web:1"), 3).metadata.annotations, {
    "deployment.kubernetes.io/desired-replicas": "4",
    "deployment.kubernetes.io/max-replicas": "5",
    "deployment.kubernetes.io/revision": "3",
    "kubernetes.io/change-cause": "why",
  });
});

test("a ReplicaSet that returns gets a new revision and remembers the old ones", (t) => {
  const created = newReplicaSet(deployment("web:1"), 1);
  const again = (before: typeof created, revision: number): typeof created => ({
    ...created,
    metadata: {
      ...created.metadata,
      annotations: newReplicaSetAnnotations(deployment("web:1"), before, revision),
    },
  });
  const thrice = again(again(created, 3), 5);
  t.is(thrice.metadata.annotations?.["deployment.kubernetes.io/revision"], "5");
  t.is(thrice.metadata.annotations?.["deployment.kubernetes.io/revision-history"], "1,3");
});
