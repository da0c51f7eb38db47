import {
  any,
  boolean,
  each,
  integer,
  integerOrString,
  list,
  object,
  quantityMap,
  type Schema,
  string,
  strings,
} from "./schema.ts";

const httpGet = object({
  ...each(string, "path", "host", "scheme"),
  port: integerOrString,
  httpHeaders: list(object(each(string, "name", "value"))),
});

const tcpSocket = object({ port: integerOrString, host: string });
const exec = object({ command: strings });

const probe: Schema = object({
  httpGet,
  tcpSocket,
  exec,
  grpc: object({ port: integer, service: string }),
  ...each(
    integer,
    "initialDelaySeconds",
    "periodSeconds",
    "timeoutSeconds",
    "successThreshold",
    "failureThreshold",
    "terminationGracePeriodSeconds",
  ),
});

const lifecycleHandler = object({ httpGet, tcpSocket, exec, sleep: object({ seconds: integer }) });

const keyReference = object({ ...each(string, "name", "key"), optional: boolean });
const nameReference = object({ name: string, optional: boolean });

const envVar = object({
  ...each(string, "name", "value"),
  valueFrom: object({
    fieldRef: object(each(string, "apiVersion", "fieldPath")),
    resourceFieldRef: any,
    configMapKeyRef: keyReference,
    secretKeyRef: keyReference,
    fileKeyRef: any,
  }),
});

export const container: Schema = object({
  ...each(
    string,
    "name",
    "image",
    "workingDir",
    "imagePullPolicy",
    "terminationMessagePath",
    "terminationMessagePolicy",
    "restartPolicy",
    "targetContainerName",
  ),
  ...each(strings, "command", "args"),
  ...each(boolean, "stdin", "stdinOnce", "tty"),
  ports: list(
    object({
      ...each(string, "name", "protocol", "hostIP"),
      ...each(integer, "containerPort", "hostPort"),
    }),
  ),
  env: list(envVar),
  envFrom: list(object({ prefix: string, configMapRef: nameReference, secretRef: nameReference })),
  resources: object({ limits: quantityMap, requests: quantityMap, claims: any }),
  ...each(any, "resizePolicy", "restartPolicyRules", "securityContext", "volumeDevices"),
  volumeMounts: list(
    object({
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
    }),
  ),
  ...each(probe, "livenessProbe", "readinessProbe", "startupProbe"),
  lifecycle: object({ postStart: lifecycleHandler, preStop: lifecycleHandler, stopSignal: string }),
});
