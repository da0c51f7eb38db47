import test from "ava";
import type { Deployment } from "../../api/objects/workload.ts";
import { restarted, rolloutLack, withImage } from "./rollout.ts";

const web: Deployment = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "web", namespace: "default", generation: 2 },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: "web" } },
    template: {
      metadata: { labels: { app: "web" }, annotations: { team: "a" } },
      spec: { containers: [{ name: "web", image: "web:1" }] },
    },
  },
};

test("a restart is another annotation of the template, beside those that are there", (t) => {
  const { template } = restarted(web, new Date(0)).spec;
  t.deepEqual(template.metadata?.annotations, {
    team: "a",
    "kubectl.kubernetes.io/restartedAt": "1970-01-01T00:00:00.000Z",
  });
});

test("another image is that of the only container", (t) => {
  t.is(withImage(web, "web:2").spec.template.spec.containers[0]?.image, "web:2");
  const { template } = web.spec;
  const containers = ["a", "b"].map((name) => ({ name, image: name }));
  const two = { ...web, spec: { ...web.spec, template: { ...template, spec: { containers } } } };
  t.throws(() => withImage(two, "web:2"), { message: "deployment web has several containers" });
});

const complete = { observedGeneration: 2, replicas: 3, updatedReplicas: 3, availableReplicas: 3 };
const stages = [
  { status: { ...complete, observedGeneration: 1 }, lack: "not observed yet" },
  {
    status: { ...complete, updatedReplicas: 1 },
    lack: "1 out of 3 new replicas have been updated",
  },
  { status: { ...complete, replicas: 4 }, lack: "1 old replicas are pending termination" },
  { status: { ...complete, availableReplicas: 2 }, lack: "2 of 3 updated replicas are available" },
  { status: complete, lack: undefined },
];
for (const { status, lack } of stages) {
  test(`a rollout lacks: ${lack ?? "nothing"}`, (t) => {
    t.is(rolloutLack({ ...web, status }), lack);
  });
}
