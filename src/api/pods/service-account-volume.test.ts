import test from "ava";
import { seededRandom } from "../../base/random.ts";
import type { ServiceAccount } from "../objects/cluster.ts";
import type { Pod, PodSpec } from "../objects/pod.ts";
import { withServiceAccount } from "./service-account-volume.ts";

const mountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

function admitted(spec: Partial<PodSpec>, account?: Partial<ServiceAccount>): PodSpec {
  const pod: Pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "web", namespace: "shop" },
    spec: { containers: [{ name: "web" }], ...spec },
  };
  const named = (name: string): ServiceAccount | undefined =>
    account && { apiVersion: "v1", kind: "ServiceAccount", metadata: { name }, ...account };
  return withServiceAccount(pod, { account: named, random: seededRandom("test") }).spec;
}

test("a pod gets the default account, and its containers a token", (t) => {
  const { serviceAccountName, volumes, containers, initContainers } = admitted({
    initContainers: [{ name: "init" }],
  });
  t.is(serviceAccountName, "default");
  const [volume] = volumes ?? [];
  t.regex(volume?.name ?? "", /^kube-api-access-[a-z0-9]{5}$/);
  t.deepEqual(volume?.projected, {
    sources: [
      { serviceAccountToken: { expirationSeconds: 3_607, path: "token" } },
      { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
      {
        downwardAPI: {
          items: [
            { path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } },
          ],
        },
      },
    ],
    defaultMode: 420,
  });
  const mount = { name: volume?.name, readOnly: true, mountPath };
  t.deepEqual(
    [...containers, ...(initContainers ?? [])].map(({ volumeMounts }) => volumeMounts),
    [[mount], [mount]],
  );
});

for (const { title, spec, account, mounts } of [
  { title: "the pod says so", spec: { automountServiceAccountToken: false }, mounts: 0 },
  {
    title: "the account says so",
    spec: {},
    account: { automountServiceAccountToken: false },
    mounts: 0,
  },
  {
    title: "not even the account's word, when the pod wants one",
    spec: { automountServiceAccountToken: true },
    account: { automountServiceAccountToken: false },
    mounts: 1,
  },
]) {
  test(`no token is mounted when ${title}`, (t) => {
    const { containers, volumes = [] } = admitted(spec, account);
    t.is(containers[0]?.volumeMounts?.length ?? 0, mounts);
    t.is(volumes.length, mounts);
  });
}

test("what is mounted there already stays, and a volume of that kind is used again", (t) => {
  const own = { name: "mine", mountPath };
  const { containers, volumes } = admitted({
    serviceAccountName: "robot",
    containers: [{ name: "a", volumeMounts: [own] }, { name: "b" }],
    volumes: [{ name: "mine" }, { name: "kube-api-access-zzzzz", projected: {} }],
  });
  t.deepEqual(
    containers.map(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)),
    [["mine"], ["kube-api-access-zzzzz"]],
  );
  t.is(volumes?.length, 2);
});

test("to admit twice changes nothing", (t) => {
  const once = admitted({});
  t.deepEqual(admitted(once), once);
});
