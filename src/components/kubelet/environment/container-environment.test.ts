import test from "ava";
import type { ConfigMap, Secret } from "../../../api/objects/cluster.ts";
import type { Container, Pod } from "../../../api/objects/pod.ts";
import { ContainerConfigError, containerEnvironment } from "./container-environment.ts";
import { expandVariables } from "./expand-variables.ts";

const pod: Pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: {
    name: "vote-1",
    namespace: "vote",
    uid: "u-1",
    labels: { app: "vote" },
    annotations: { "example.com/note": "n" },
  },
  spec: { nodeName: "node01", containers: [] },
};

const settings: ConfigMap = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "vote" },
  data: { COLOUR: "blue", "1st": "left out", "log.level": "debug" },
};

const keys: Secret = {
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name: "keys", namespace: "vote" },
  data: { PASSWORD: Buffer.from("hunter2").toString("base64") },
};

function environment(container: Pick<Container, "env" | "envFrom">): Record<string, string> {
  const { HOSTNAME, ...rest } = containerEnvironment({
    pod,
    container,
    place: { podIPs: ["10.244.0.2", "fd00::2"], hostIPs: ["192.168.0.16"] },
    hostname: "vote-1",
    links: { REDIS_PORT: "tcp://10.96.0.5:6379", COLOUR: "of the Service" },
    configMap: (name) => (name === "settings" ? settings : undefined),
    secret: (name) => (name === "keys" ? keys : undefined),
  });
  return { ...rest, ...(HOSTNAME !== "vote-1" && { HOSTNAME: HOSTNAME ?? "" }) };
}

const links = { REDIS_PORT: "tcp://10.96.0.5:6379", COLOUR: "of the Service" };

interface Row {
  readonly title: string;
  readonly container: Pick<Container, "env" | "envFrom">;
  readonly adds: Readonly<Record<string, string>>;
}

const rows: readonly Row[] = [
  { title: "nothing of its own", container: {}, adds: {} },
  {
    title: "values may use what came before, Services and escapes",
    container: {
      env: [
        { name: "A", value: "1" },
        { name: "B", value: "$(A)-$(C)-$(REDIS_PORT)-$$(A)" },
        { name: "C", value: "3" },
      ],
    },
    adds: { A: "1", B: "1-$(C)-tcp://10.96.0.5:6379-$(A)", C: "3" },
  },
  {
    title: "envFrom beats Services; keys that are no names are left out",
    container: { envFrom: [{ configMapRef: { name: "settings" } }] },
    adds: { COLOUR: "blue", "log.level": "debug" },
  },
  {
    title: "env beats envFrom and may use it; a prefix makes any key a name",
    container: {
      envFrom: [
        { prefix: "P_", configMapRef: { name: "settings" } },
        { secretRef: { name: "keys" } },
      ],
      env: [{ name: "PASSWORD", value: "not $(PASSWORD)" }],
    },
    adds: {
      P_COLOUR: "blue",
      P_1st: "left out",
      "P_log.level": "debug",
      PASSWORD: "not hunter2",
    },
  },
  {
    title: "keys of ConfigMaps and Secrets",
    container: {
      env: [
        { name: "X", valueFrom: { configMapKeyRef: { name: "settings", key: "COLOUR" } } },
        { name: "Y", valueFrom: { secretKeyRef: { name: "keys", key: "PASSWORD" } } },
      ],
    },
    adds: { X: "blue", Y: "hunter2" },
  },
  {
    title: "what is optional may be missing",
    container: {
      envFrom: [{ configMapRef: { name: "absent", optional: true } }],
      env: [
        { name: "X", valueFrom: { configMapKeyRef: { name: "absent", key: "k", optional: true } } },
        { name: "Y", valueFrom: { secretKeyRef: { name: "keys", key: "k", optional: true } } },
      ],
    },
    adds: {},
  },
  {
    title: "fields of the pod",
    container: {
      env: [
        ["NAME", "metadata.name"],
        ["NAMESPACE", "metadata.namespace"],
        ["UID", "metadata.uid"],
        ["APP", "metadata.labels['app']"],
        ["NOTE", "metadata.annotations['example.com/note']"],
        ["NONE", "metadata.labels['none']"],
        ["NODE", "spec.nodeName"],
        ["ACCOUNT", "spec.serviceAccountName"],
        ["HOST_IP", "status.hostIP"],
        ["IP", "status.podIP"],
        ["IPS", "status.podIPs"],
      ].map(([name = "", fieldPath = ""]) => ({ name, valueFrom: { fieldRef: { fieldPath } } })),
    },
    adds: {
      NAME: "vote-1",
      NAMESPACE: "vote",
      UID: "u-1",
      APP: "vote",
      NOTE: "n",
      NONE: "",
      NODE: "node01",
      ACCOUNT: "default",
      HOST_IP: "192.168.0.16",
      IP: "10.244.0.2",
      IPS: "10.244.0.2,fd00::2",
    },
  },
  {
    title: "a HOSTNAME of its own",
    container: { env: [{ name: "HOSTNAME", value: "mine" }] },
    adds: { HOSTNAME: "mine" },
  },
];

for (const { title, container, adds } of rows) {
  test(`environment: ${title}`, (t) => {
    t.deepEqual(environment(container), { ...links, ...adds });
  });
}

for (const { message, container } of [
  {
    message: 'configmap "absent" not found',
    container: { envFrom: [{ configMapRef: { name: "absent" } }] },
  },
  {
    message: 'secret "absent" not found',
    container: { env: [{ name: "X", valueFrom: { secretKeyRef: { name: "absent", key: "k" } } }] },
  },
  {
    message: "couldn't find key k in ConfigMap vote/settings",
    container: {
      env: [{ name: "X", valueFrom: { configMapKeyRef: { name: "settings", key: "k" } } }],
    },
  },
  {
    message: "unsupported fieldPath: spec.nonsense",
    container: { env: [{ name: "X", valueFrom: { fieldRef: { fieldPath: "spec.nonsense" } } }] },
  },
]) {
  test(`refused: ${message}`, (t) => {
    t.throws(() => environment(container), { instanceOf: ContainerConfigError, message });
  });
}

for (const { text, expanded } of [
  { text: "$(A)", expanded: "1" },
  { text: "$$(A)", expanded: "$(A)" },
  { text: "$$$(A)", expanded: "$1" },
  { text: "$(B)", expanded: "$(B)" },
  { text: "$(A", expanded: "$(A" },
  { text: "$A costs 5$", expanded: "$A costs 5$" },
  { text: "$()", expanded: "$()" },
]) {
  test(`${text} expands to ${expanded}`, (t) => {
    t.is(
      expandVariables(text, (name) => (name === "A" ? "1" : undefined)),
      expanded,
    );
  });
}
