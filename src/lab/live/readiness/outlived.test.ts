import test from "ava";
import type { Container, Pod } from "../../../api/objects/pod.ts";
import { Store } from "../../../api/store/store.ts";
import { samplePod } from "../../testing/sample-lab.ts";
import { haveOutlived } from "./outlived.ts";

const sample = samplePod({ namespace: "vote", name: "vote", ip: "10.244.1.2" });
const NOW = "2026-11-28T12:00:10Z";

/** Of a container that once ran from :00 to :05, and runs again since `startedAt`. */
function pod(startedAt: string | undefined, more: Partial<Container> = {}): Pod {
  const [container] = sample.spec.containers;
  if (container === undefined) throw new Error("the sample has a container");
  const terminated = {
    exitCode: 1,
    startedAt: "2026-11-28T12:00:00Z",
    finishedAt: "2026-11-28T12:00:05Z",
  };
  const status = {
    ...{ name: container.name, image: "main", imageID: "", ready: true, restartCount: 1 },
    state: startedAt === undefined ? { waiting: {} } : { running: { startedAt } },
    lastState: { terminated },
  };
  return {
    ...sample,
    spec: { ...sample.spec, containers: [{ ...container, ...more }] },
    status: { ...sample.status, containerStatuses: [status] },
  };
}

for (const { title, object, outlived } of [
  { title: "a pod that never ended", object: sample, outlived: true },
  {
    title: "one that may have run for no longer than before",
    object: pod("2026-11-28T12:00:04Z"),
    outlived: false,
  },
  {
    title: "one that has run for longer, however its times are rounded",
    object: pod("2026-11-28T12:00:03Z"),
    outlived: true,
  },
  {
    title: "one that answers a readiness probe",
    object: pod("2026-11-28T12:00:09Z", { readinessProbe: { tcpSocket: { port: 80 } } }),
    outlived: true,
  },
  { title: "one that is down, of which others speak", object: pod(undefined), outlived: true },
]) {
  test(`what has outlived its last run: ${title}`, (t) => {
    const store = new Store();
    store.create(object);
    t.is(haveOutlived(store, Date.parse(NOW)), outlived);
  });
}
