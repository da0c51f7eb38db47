import {
  any,
  boolean,
  each,
  type Fields,
  integer,
  integerOrString,
  list,
  listByKey,
  object,
  quantityMap,
  type Schema,
  string,
  strings,
} from "./schema.ts";

const httpGet = object(
  {
    ...each(string, "path", "host", "scheme"),
    port: integerOrString,
    httpHeaders: list(
      object(each(string, "name", "value"), {
        name: "core.v1.HTTPHeader",
        required: ["name", "value"],
      }),
    ),
  },
  { name: "core.v1.HTTPGetAction", required: ["port"] },
);

const tcpSocket = object(
  { port: integerOrString, host: string },
  { name: "core.v1.TCPSocketAction", required: ["port"] },
);
const exec = object({ command: strings }, { name: "core.v1.ExecAction" });
const grpc = object(
  { port: integer, service: string },
  { name: "core.v1.GRPCAction", required: ["port"] },
);

const probe: Schema = object(
  {
    httpGet,
    tcpSocket,
    exec,
    grpc,
    ...each(
      integer,
      "initialDelaySeconds",
      "periodSeconds",
      "timeoutSeconds",
      "successThreshold",
      "failureThreshold",
      "terminationGracePeriodSeconds",
    ),
  },
  { name: "core.v1.Probe" },
);

const sleep = object({ seconds: integer }, { name: "core.v1.SleepAction", required: ["seconds"] });
const lifecycleHandler = object(
  { httpGet, tcpSocket, exec, sleep },
  { name: "core.v1.LifecycleHandler" },
);
const lifecycle = object(
  { postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: string },
  { name: "core.v1.Lifecycle" },
);

/** A key of a ConfigMap or Secret. */
function keySelector(name: string): Schema {
  return object(
    { ...each(string, "name", "key"), optional: boolean },
    { name, required: ["key"], mapType: "atomic" },
  );
}

const envVar = object(
  {
    ...each(string, "name", "value"),
    valueFrom: object(
      {
        fieldRef: object(each(string, "apiVersion", "fieldPath"), {
          name: "core.v1.ObjectFieldSelector",
          required: ["fieldPath"],
          mapType: "atomic",
        }),
        resourceFieldRef: object(
          { ...each(string, "containerName", "resource"), divisor: { type: "quantity" } },
          { name: "core.v1.ResourceFieldSelector", required: ["resource"], mapType: "atomic" },
        ),
        configMapKeyRef: keySelector("core.v1.ConfigMapKeySelector"),
        secretKeyRef: keySelector("core.v1.SecretKeySelector"),
        fileKeyRef: any,
      },
      { name: "core.v1.EnvVarSource" },
    ),
  },
  { name: "core.v1.EnvVar", required: ["name"] },
);

const envFrom = object(
  {
    prefix: string,
    configMapRef: object(
      { name: string, optional: boolean },
      { name: "core.v1.ConfigMapEnvSource" },
    ),
    secretRef: object({ name: string, optional: boolean }, { name: "core.v1.SecretEnvSource" }),
  },
  { name: "core.v1.EnvFromSource" },
);

/** Two containers of a pod may not share a port, but one may listen on it over TCP and UDP. */
const ports = list(
  object(
    {
      ...each(string, "name", "protocol", "hostIP"),
      ...each(integer, "containerPort", "hostPort"),
    },
    { name: "core.v1.ContainerPort", required: ["containerPort"] },
  ),
  {
    listType: "map",
    listMapKeys: ["containerPort", "protocol"],
    keyDefaults: { protocol: "TCP" },
    patchStrategy: "merge",
    patchMergeKey: "containerPort",
  },
);

const volumeMount = object(
  {
    ...each(
      string,
      "name",
      "mountPath",
      "subPath",
      "subPathExpr",
      "mountPropagation",
      "recursiveReadOnly",
    ),
    readOnly: boolean,
  },
  { name: "core.v1.VolumeMount", required: ["name", "mountPath"] },
);

export const seccompAndOwners: Fields = {
  ...each(any, "seLinuxOptions", "seccompProfile", "appArmorProfile", "windowsOptions"),
  ...each(integer, "runAsUser", "runAsGroup"),
  runAsNonRoot: boolean,
};

const securityContext = object(
  {
    ...seccompAndOwners,
    capabilities: object(each(strings, "add", "drop"), { name: "core.v1.Capabilities" }),
    ...each(boolean, "privileged", "readOnlyRootFilesystem", "allowPrivilegeEscalation"),
    procMount: string,
  },
  { name: "core.v1.SecurityContext" },
);

export const resources: Schema = object(
  {
    ...each(quantityMap, "limits", "requests"),
    claims: list(
      object(each(string, "name", "request"), {
        name: "core.v1.ResourceClaim",
        required: ["name"],
      }),
      { listType: "map", listMapKeys: ["name"] },
    ),
  },
  { name: "core.v1.ResourceRequirements" },
);

const fields: Fields = {
  ...each(
    string,
    "name",
    "image",
    "workingDir",
    "imagePullPolicy",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "restartPolicy",
  ),
  ...each(strings, "command", "args"),
  ...each(boolean, "stdin", "stdinOnce", "tty"),
  ports,
  env: listByKey("name", envVar),
  envFrom: list(envFrom),
  resources,
  ...each(list(any), "resizePolicy", "restartPolicyRules"),
  securityContext,
  volumeDevices: listByKey(
    "devicePath",
    object(each(string, "name", "devicePath"), {
      name: "core.v1.VolumeDevice",
      required: ["name", "devicePath"],
    }),
  ),
  volumeMounts: listByKey("mountPath", volumeMount),
  ...each(probe, "livenessProbe", "readinessProbe", "startupProbe"),
  lifecycle,
};

export const container: Schema = object(fields, { name: "core.v1.Container", required: ["name"] });

export const ephemeralContainer: Schema = object(
  { ...fields, targetContainerName: string },
  { name: "core.v1.EphemeralContainer", required: ["name"] },
);
