import { type FieldPath, forbidden, invalid, required } from "../errors/field-errors.ts";
import type { Service } from "../objects/service.ts";
import { checkOneOf, checkPortNumber, type Faults } from "./rules.ts";
import { isExternallyAccessible, needsHealthCheckNodePort } from "./service-type.ts";

/** A day. */
const longestAffinitySeconds = 86_400;

type ServiceSpec = Service["spec"];

const at = (...path: FieldPath): FieldPath => ["spec", ...path];

/** Session affinity, traffic policies and the port for health checks. */
export function checkServicePolicies(spec: ServiceSpec): Faults {
  return [
    ...checkAffinity(spec),
    ...checkExternalTrafficPolicy(spec),
    ...checkHealthCheckNodePort(spec),
    ...checkOneOf(at("internalTrafficPolicy"), spec.internalTrafficPolicy, ["Cluster", "Local"]),
    ...checkOneOf(at("trafficDistribution"), spec.trafficDistribution, [
      "PreferClose",
      "PreferSameNode",
      "PreferSameZone",
    ]),
  ];
}

function checkAffinity({ sessionAffinity, sessionAffinityConfig }: ServiceSpec): Faults {
  const path = at("sessionAffinityConfig");
  if (sessionAffinity === "ClientIP") {
    const timeoutSeconds = sessionAffinityConfig?.clientIP?.timeoutSeconds;
    if (timeoutSeconds === undefined) {
      return [required(path, "when session affinity type is ClientIP")];
    }
    return timeoutSeconds > 0 && timeoutSeconds <= longestAffinitySeconds
      ? []
      : [
          invalid(
            [...path, "clientIP", "timeoutSeconds"],
            timeoutSeconds,
            `must be greater than 0 and less than ${longestAffinitySeconds}`,
          ),
        ];
  }
  const misplaced =
    sessionAffinity === "None" && sessionAffinityConfig !== undefined
      ? [forbidden(path, "must not be set when session affinity is None")]
      : [];
  return [
    ...checkOneOf(at("sessionAffinity"), sessionAffinity, ["ClientIP", "None"]),
    ...misplaced,
  ];
}

function checkExternalTrafficPolicy(spec: ServiceSpec): Faults {
  const { externalTrafficPolicy: policy } = spec;
  const path = at("externalTrafficPolicy");
  if (isExternallyAccessible(spec)) return checkOneOf(path, policy, ["Cluster", "Local"]);
  return policy === undefined
    ? []
    : [invalid(path, policy, "may only be set for externally-accessible services")];
}

function checkHealthCheckNodePort(spec: ServiceSpec): Faults {
  const { healthCheckNodePort: port = 0 } = spec;
  const path = at("healthCheckNodePort");
  if (port === 0) return [];
  return needsHealthCheckNodePort(spec)
    ? checkPortNumber(path, port)
    : [
        invalid(
          path,
          port,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      ];
}
