import test from "ava";
import type { Container, Pod, PodSpec } from "../../../api/objects/pod.ts";
import { containerUser } from "./container-user.ts";

type Own = NonNullable<Container["securityContext"]>;
type Shared = NonNullable<PodSpec["securityContext"]>;

function user(own: Own, shared: Shared): ReturnType<typeof containerUser> {
  const container = { name: "c", securityContext: own };
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "p", namespace: "default", uid: "u" },
    spec: { containers: [container], securityContext: shared },
  };
  return containerUser(pod, container);
}

for (const { title, own, shared, want } of [
  { title: "nobody says a word", own: {}, shared: {}, want: [0, 0, []] },
  {
    title: "the pod says it for all",
    own: {},
    shared: { runAsUser: 7, runAsGroup: 8, fsGroup: 9, supplementalGroups: [10] },
    want: [7, 8, [10, 9]],
  },
  {
    title: "the container says otherwise",
    own: { runAsUser: 5, runAsNonRoot: true },
    shared: { runAsUser: 0 },
    want: [5, 0, []],
  },
] as const) {
  test(`who a container runs as, where ${title}`, (t) => {
    const { uid, gid, additionalGids } = user(own, shared);
    t.deepEqual([uid, gid, additionalGids], [...want]);
  });
}

for (const { own, shared, message } of [
  {
    own: {},
    shared: { runAsNonRoot: true },
    message:
      'container has runAsNonRoot and image will run as root (pod: "p_default(u)", container: c)',
  },
  {
    own: { runAsUser: 0 },
    shared: { runAsNonRoot: true },
    message: `container's runAsUser breaks non-root policy (pod: "p_default(u)", container: c)`,
  },
]) {
  test(`root where it may not be: ${message}`, (t) => {
    t.throws(() => user(own, shared), { message, code: "KUBELET_CONTAINER_CONFIG" });
  });
}
