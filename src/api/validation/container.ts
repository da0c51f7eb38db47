import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from "../errors/field-errors.ts";
import type {
  Container,
  ContainerPort,
  ContainerProbe,
  EnvVar,
  HttpGetAction,
} from "../objects/pod.ts";
import { stopSignalsOf } from "../pods/stop-signal.ts";
import { configMapKey, dns1123Label, envVarName } from "./names.ts";
import {
  checkEach,
  checkNonNegative,
  checkOneOf,
  checkPortName,
  checkPortNumber,
  checkPortReference,
  checkRequiredText,
  type Faults,
  protocols,
} from "./rules.ts";

export interface ContainerRules {
  /** Containers of a pod on the node's network must name the node's port. */
  readonly hostNetwork: boolean;
  /** What the pod names, `linux`: signals are an operating system's. */
  readonly os: string | undefined;
  /** Containers that run to their end before the others start have nothing to be probed for. */
  readonly isInit: boolean;
}

export function checkContainer(
  path: FieldPath,
  container: Container,
  rules: ContainerRules,
): Faults {
  const { name, image, ports = [], env, lifecycle } = container;
  const { readinessProbe, livenessProbe, startupProbe } = container;
  const probes = { livenessProbe, readinessProbe, startupProbe };
  // An init container that always restarts is a sidecar, and may be probed and told of its start and end.
  const mayProbe = !rules.isInit || container.restartPolicy === "Always";
  return [
    ...checkRequiredText([...path, "name"], name, dns1123Label),
    ...checkImage([...path, "image"], image ?? ""),
    ...checkContainerPorts([...path, "ports"], ports, rules),
    ...checkEach([...path, "env"], env, checkEnvVar),
    ...(lifecycle === undefined || mayProbe ? [] : [ofOthers([...path, "lifecycle"])]),
    ...checkStopSignal([...path, "lifecycle", "stopSignal"], lifecycle?.stopSignal, rules),
    ...Object.entries(probes).flatMap(([field, probe]) => {
      if (probe === undefined) return [];
      const at = [...path, field];
      if (!mayProbe) return [ofOthers(at)];
      return [
        ...checkProbe(at, probe),
        ...(field === "readinessProbe" ? [] : checkSuccessThreshold(at, probe)),
      ];
    }),
  ];
}

function ofOthers(path: FieldPath): FieldError {
  return forbidden(path, "may not be set for init containers without restartPolicy=Always");
}

/** After validateStopSignal of Kubernetes' pkg/apis/core/validation. */
function checkStopSignal(
  path: FieldPath,
  signal: string | undefined,
  { os = "" }: ContainerRules,
): Faults {
  if (signal === undefined) return [];
  if (os === "") {
    return [forbidden(path, "may not be set for containers with empty `spec.os.name`")];
  }
  // Of an operating system that does not exist the pod itself says enough.
  return checkOneOf(path, signal, stopSignalsOf(os) ?? [signal]);
}

function checkImage(path: FieldPath, image: string): Faults {
  if (image === "") return [required(path)];
  return image.trim() === image
    ? []
    : [invalid(path, image, "must not have leading or trailing whitespace")];
}

function checkContainerPorts(
  path: FieldPath,
  ports: readonly ContainerPort[],
  { hostNetwork }: ContainerRules,
): Faults {
  const names = new Set<string>();
  return checkEach(path, ports, (at, port) => {
    const faults: FieldError[] = [];
    const { name = "", containerPort, hostPort = 0, protocol } = port;
    if (name !== "") {
      const wrong = checkPortName([...at, "name"], name);
      faults.push(...wrong);
      if (wrong.length === 0 && names.has(name)) faults.push(duplicate([...at, "name"], name));
      names.add(name);
    }
    // The type says there is one; a manifest may lack it, which reads as 0.
    if (!containerPort) faults.push(required([...at, "containerPort"]));
    else faults.push(...checkPortNumber([...at, "containerPort"], containerPort));
    if (hostPort !== 0) faults.push(...checkPortNumber([...at, "hostPort"], hostPort));
    if (hostNetwork && hostPort !== containerPort) {
      faults.push(
        invalid(
          [...at, "hostPort"],
          hostPort,
          "must match `containerPort` when `hostNetwork` is true",
        ),
      );
    }
    faults.push(...checkOneOf([...at, "protocol"], protocol, protocols));
    return faults;
  });
}

function checkEnvVar(path: FieldPath, { name, value = "", valueFrom }: EnvVar): Faults {
  const faults: FieldError[] = [...checkRequiredText([...path, "name"], name, envVarName)];
  if (valueFrom === undefined) return faults;
  const at = [...path, "valueFrom"];
  const sources = Object.keys(valueFrom);
  if (sources.length === 0) {
    faults.push(
      invalid(
        at,
        "",
        "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`",
      ),
    );
  } else if (value !== "") {
    faults.push(invalid(at, "", "may not be specified when `value` is not empty"));
  }
  if (sources.length > 1) {
    faults.push(invalid(at, "", "may not have more than one field specified at a time"));
  }
  for (const field of ["configMapKeyRef", "secretKeyRef"] as const) {
    const reference = valueFrom[field];
    if (reference === undefined) continue;
    faults.push(...checkRequiredText([...at, field, "key"], reference.key, configMapKey));
  }
  if (valueFrom.fieldRef?.fieldPath === "") faults.push(required([...at, "fieldRef", "fieldPath"]));
  return faults;
}

function checkProbe(path: FieldPath, probe: ContainerProbe): Faults {
  const times = [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const;
  return [
    ...checkHandler(path, probe),
    ...times.flatMap((field) => checkNonNegative([...path, field], probe[field])),
  ];
}

/** What says that a container is alive needs to be said only once. */
function checkSuccessThreshold(path: FieldPath, { successThreshold = 1 }: ContainerProbe): Faults {
  return successThreshold === 1
    ? []
    : [invalid([...path, "successThreshold"], successThreshold, "must be 1")];
}

function checkHandler(path: FieldPath, probe: ContainerProbe): Faults {
  const { httpGet, tcpSocket, grpc, exec } = probe;
  const faults: FieldError[] = [];
  let count = 0;
  const handler = (field: string, checks: Faults): void => {
    count++;
    if (count > 1) {
      faults.push(forbidden([...path, field], "may not specify more than 1 handler type"));
    } else faults.push(...checks);
  };
  if (exec !== undefined) {
    const at = [...path, "exec", "command"];
    handler("exec", (exec.command ?? []).length === 0 ? [required(at)] : []);
  }
  if (httpGet !== undefined) handler("httpGet", checkHttpGet([...path, "httpGet"], httpGet));
  if (tcpSocket !== undefined) {
    handler("tcpSocket", checkPortReference([...path, "tcpSocket", "port"], tcpSocket.port ?? 0));
  }
  if (grpc !== undefined) {
    handler("grpc", checkPortNumber([...path, "grpc", "port"], grpc.port ?? 0));
  }
  return count === 0 ? [required(path, "must specify a handler type")] : faults;
}

function checkHttpGet(
  path: FieldPath,
  { path: url, port, scheme, httpHeaders }: HttpGetAction,
): Faults {
  return [
    ...(url === undefined || url === "" ? [required([...path, "path"])] : []),
    ...checkPortReference([...path, "port"], port ?? 0),
    ...checkOneOf([...path, "scheme"], scheme, ["HTTP", "HTTPS"]),
    ...checkEach([...path, "httpHeaders"], httpHeaders, (at, { name = "" }) =>
      /^[-A-Za-z0-9]+$/.test(name)
        ? []
        : [
            invalid(
              [...at, "name"],
              name,
              "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
            ),
          ],
    ),
  ];
}
