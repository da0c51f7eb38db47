import test from "ava";
import type { ConfigMap, Secret } from "../../../api/objects/cluster.ts";
import type { Pod } from "../../../api/objects/pod.ts";
import type { Volume } from "../../../api/objects/volume.ts";
import { topLevelNames, versionFolder } from "./atomic-layout.ts";
import { containerMounts } from "./container-mounts.ts";
import { podVolumes, volumeReferences } from "./pod-volumes.ts";
import { TokenKeeper, type TokenWish } from "./token-keeper.ts";
import { VolumeSetupError } from "./volume-sources.ts";

const configMap: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "web", namespace: "shop" },
  data: { "nginx.conf": "listen 80;", motd: "hello\n" },
  binaryData: { logo: "AAECAw==" },
};

const secret: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "login", namespace: "shop" },
  data: { password: "aHVudGVyMg==" },
};

function podWith(...volumes: readonly Volume[]): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "web-0",
      namespace: "shop",
      labels: { tier: "front", app: 'say "web"' },
      annotations: {},
    },
    spec: { containers: [], volumes },
  };
}

function contents(volume: Volume): ReturnType<typeof podVolumes> {
  return podVolumes({
    pod: podWith(volume),
    place: { podIPs: [], hostIPs: ["192.168.0.16"] },
    configMap: (name) => (name === "web" ? configMap : undefined),
    secret: (name) => (name === "login" ? secret : undefined),
    token: ({ audience }) => (audience === "nobody" ? undefined : `token for ${audience ?? "api"}`),
  });
}

/** `path mode text`, a file a line. */
function listing(volume: Volume): readonly string[] {
  return contents(volume).flatMap((each) =>
    each.type === "files"
      ? each.files.map(
          ({ path, mode, data }) =>
            `${path} ${mode.toString(8)} ${Buffer.from(data).toString("latin1")}`,
        )
      : [each.type],
  );
}

for (const { title, volume, want } of [
  {
    title: "a ConfigMap has a file for each key, of text and of bytes",
    volume: { name: "v", configMap: { name: "web" } },
    want: ["nginx.conf 644 listen 80;", "motd 644 hello\n", "logo 644 \0\u0001\u0002\u0003"],
  },
  {
    title: "items choose keys and give them paths and modes",
    volume: {
      name: "v",
      configMap: {
        name: "web",
        defaultMode: 0o400,
        items: [
          { key: "motd", path: "etc/motd" },
          { key: "logo", path: "logo.bin", mode: 0o755 },
        ],
      },
    },
    want: ["etc/motd 400 hello\n", "logo.bin 755 \0\u0001\u0002\u0003"],
  },
  {
    title: "a Secret is decoded",
    volume: { name: "v", secret: { secretName: "login", defaultMode: 0o440 } },
    want: ["password 440 hunter2"],
  },
  {
    title: "an optional ConfigMap that is missing is empty",
    volume: { name: "v", configMap: { name: "nosuch", optional: true } },
    want: [],
  },
  {
    title: "an optional key that is missing is left out",
    volume: {
      name: "v",
      configMap: { name: "web", optional: true, items: [{ key: "nosuch", path: "a" }] },
    },
    want: [],
  },
  {
    title: "the downward API gives fields, and labels and annotations as a whole",
    volume: {
      name: "v",
      downwardAPI: {
        items: [
          { path: "name", fieldRef: { fieldPath: "metadata.name" } },
          { path: "labels", fieldRef: { fieldPath: "metadata.labels" } },
          { path: "annotations", fieldRef: { fieldPath: "metadata.annotations" } },
          { path: "tier", fieldRef: { fieldPath: "metadata.labels['tier']" } },
        ],
      },
    },
    want: [
      "name 644 web-0",
      'labels 644 app="say \\"web\\""\ntier="front"',
      "annotations 644 ",
      "tier 644 front",
    ],
  },
  {
    title: "a projected volume is the sum of its sources, the later one winning a path",
    volume: {
      name: "kube-api-access",
      projected: {
        sources: [
          { serviceAccountToken: { path: "token", expirationSeconds: 3607 } },
          { configMap: { name: "web", items: [{ key: "motd", path: "ca.crt" }] } },
          { secret: { name: "login", items: [{ key: "password", path: "ca.crt" }] } },
          {
            downwardAPI: {
              items: [{ path: "namespace", fieldRef: { fieldPath: "metadata.namespace" } }],
            },
          },
        ],
      },
    },
    want: ["token 644 token for api", "ca.crt 644 hunter2", "namespace 644 shop"],
  },
  { title: "emptyDir is scratch", volume: { name: "v", emptyDir: {} }, want: ["scratch"] },
  {
    title: "so is a claim: storage is not modelled",
    volume: { name: "v", persistentVolumeClaim: { claimName: "data" } } as Volume,
    want: ["scratch"],
  },
  {
    title: "hostPath is the node's",
    volume: { name: "v", hostPath: { path: "/lib/modules" } },
    want: ["host path"],
  },
] as const satisfies ReadonlyArray<{
  readonly title: string;
  readonly volume: Volume;
  readonly want: readonly string[];
}>) {
  test(`volumes: ${title}`, (t) => t.deepEqual(listing(volume), want));
}

for (const { volume, message } of [
  { volume: { name: "v", configMap: { name: "nosuch" } }, message: 'configmap "nosuch" not found' },
  { volume: { name: "v", secret: { secretName: "nosuch" } }, message: 'secret "nosuch" not found' },
  {
    volume: { name: "v", configMap: { name: "web", items: [{ key: "gone", path: "a" }] } },
    message: "references non-existent config key: gone",
  },
  {
    volume: { name: "v", secret: { secretName: "login", items: [{ key: "gone", path: "a" }] } },
    message: "references non-existent secret key: gone",
  },
  {
    volume: {
      name: "v",
      projected: { sources: [{ serviceAccountToken: { path: "t", audience: "nobody" } }] },
    },
    message: "failed to fetch token: no API server gives a token to shop/web-0",
  },
] as const satisfies ReadonlyArray<{ readonly volume: Volume; readonly message: string }>) {
  test(`volumes: ${message}`, (t) => {
    t.throws(() => contents(volume), {
      instanceOf: VolumeSetupError,
      message: `MountVolume.SetUp failed for volume "v" : ${message}`,
    });
  });
}

test("what volumes are made of is known before they are made", (t) => {
  const pod = podWith(
    { name: "a", configMap: { name: "web" } },
    { name: "b", secret: { secretName: "login" } },
    { name: "c", projected: { sources: [{ configMap: { name: "ca" } }, { downwardAPI: {} }] } },
    { name: "d", emptyDir: {} },
  );
  t.deepEqual([...volumeReferences(pod)], ["ConfigMap/web", "Secret/login", "ConfigMap/ca"]);
});

test("mounts: outer folders first, sub-paths below the volume, files never writable", (t) => {
  const byName = new Map([
    ["config", { contents: { type: "files", name: "config", files: [] }, folder: "/v/config" }],
    ["data", { contents: { type: "scratch", name: "data" }, folder: "/v/data" }],
  ] as const);
  const volumeMounts = [
    { name: "config", mountPath: "/data/conf/app.conf", subPath: "app.conf" },
    { name: "data", mountPath: "/data/", subPathExpr: "$(NAME)/../x" },
    { name: "data", mountPath: "logs", readOnly: true },
    { name: "unknown", mountPath: "/nowhere" },
  ];
  t.deepEqual(containerMounts({ name: "c", volumeMounts }, byName, { NAME: "web" }), [
    { source: "/v/data/", mountPath: "/logs", access: "read-only", whenMissing: "make folder" },
    { source: "/v/data/x", mountPath: "/data/", access: "read-write", whenMissing: "make folder" },
    {
      source: "/v/config/app.conf",
      mountPath: "/data/conf/app.conf",
      access: "read-only",
      whenMissing: "leave out",
    },
  ]);
});

test("a path out of the volume leads to its top", (t) => {
  const byName = new Map([
    ["data", { contents: { type: "scratch", name: "data" }, folder: "/v/data" }],
  ] as const);
  const [mount] = containerMounts(
    { name: "c", volumeMounts: [{ name: "data", mountPath: "/a", subPath: "../../etc" }] },
    byName,
    {},
  );
  t.is(mount?.source, "/v/data/etc");
});

test("the layout names each file's first folder once", (t) => {
  const file = (path: string): { path: string; data: Uint8Array; mode: number } => ({
    path,
    data: new Uint8Array(),
    mode: 0o644,
  });
  t.deepEqual(topLevelNames([file("a/b"), file("a/c"), file("d")]), ["a", "d"]);
  const now = Date.UTC(2026, 10, 28, 2, 30, 5);
  t.is(versionFolder(now, 42), "..2026_11_28_02_30_05.000000042");
});

test("a token is kept until four fifths of its time are over", (t) => {
  let nowMs = 0;
  const wishes: TokenWish[] = [];
  const keeper = new TokenKeeper(
    (wish) => `token ${wishes.push(wish)}`,
    () => nowMs,
  );
  const pod = podWith();
  const wanted = { expirationSeconds: 1_000 };
  t.is(keeper.renewAtMs, undefined);
  t.is(keeper.token(pod, wanted), "token 1");
  nowMs = 799_999;
  t.is(keeper.token(pod, wanted), "token 1");
  t.is(keeper.renewAtMs, 800_000);
  nowMs = 800_000;
  t.is(keeper.token(pod, wanted), "token 2");
  t.is(keeper.token(pod, { audience: "vault" }), "token 3");
  t.deepEqual(wishes[2], {
    namespace: "shop",
    serviceAccountName: "default",
    pod: { name: "web-0", uid: "" },
    audience: "vault",
    expirationSeconds: 3_600,
  });
});
