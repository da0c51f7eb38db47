import { type FieldError, invalid } from "../../api/errors/field-errors.ts";
import type { Service } from "../../api/objects/service.ts";
import { isHeadless } from "../../api/validation/service-type.ts";
import { familyOf, parseIpAddress } from "../../net/ip-address.ts";

type ServiceSpec = Service["spec"];
export type ApiFamily = "IPv4" | "IPv6";

export interface Families {
  readonly spec: ServiceSpec;
  readonly errors: readonly FieldError[];
}

/**
 * Settles a Service's address families and its policy about them.
 *
 * @param available the families that the cluster has Service addresses of; the first is the default.
 */
export function settleFamilies(spec: ServiceSpec, available: readonly ApiFamily[]): Families {
  if (spec.type === "ExternalName") return { spec, errors: [] };
  const errors = [...checkPolicy(spec, available), ...checkFamilies(spec, available)];
  if (errors.length > 0) return { spec, errors };
  const [primary = "IPv4"] = wantedFamilies(spec, available);
  const policy = spec.ipFamilyPolicy ?? defaultPolicy(spec);
  const other: ApiFamily = primary === "IPv4" ? "IPv6" : "IPv4";
  // Endpoints of a headless Service without selector are anybody's, of whatever family.
  const hasOther = available.includes(other) || isHeadlessWithoutSelector(spec);
  const isDual = policy !== "SingleStack" && hasOther;
  return {
    spec: { ...spec, ipFamilyPolicy: policy, ipFamilies: isDual ? [primary, other] : [primary] },
    errors: [],
  };
}

function wantedFamilies(spec: ServiceSpec, available: readonly ApiFamily[]): readonly ApiFamily[] {
  const { ipFamilies = [], clusterIPs = [] } = spec;
  if (ipFamilies.length > 0) return ipFamilies;
  const given = clusterIPs.flatMap((text): readonly ApiFamily[] => {
    const address = parseIpAddress(text);
    if (address === undefined) return [];
    return [familyOf(address) === "ipv4" ? "IPv4" : "IPv6"];
  });
  return given.length > 0 ? given : available;
}

function defaultPolicy(spec: ServiceSpec): NonNullable<ServiceSpec["ipFamilyPolicy"]> {
  const { ipFamilies = [], clusterIPs = [] } = spec;
  if (isHeadlessWithoutSelector(spec) && ipFamilies.length === 0) return "RequireDualStack";
  return ipFamilies.length > 1 || clusterIPs.length > 1 ? "RequireDualStack" : "SingleStack";
}

function isHeadlessWithoutSelector(spec: ServiceSpec): boolean {
  return isHeadless(spec) && Object.keys(spec.selector ?? {}).length === 0;
}

function checkPolicy(spec: ServiceSpec, available: readonly ApiFamily[]): readonly FieldError[] {
  if (spec.ipFamilyPolicy !== "RequireDualStack") return [];
  if (available.length > 1 || isHeadlessWithoutSelector(spec)) return [];
  return [
    invalid(
      ["spec", "ipFamilyPolicy"],
      spec.ipFamilyPolicy,
      "this cluster is not configured for dual-stack services",
    ),
  ];
}

function checkFamilies(spec: ServiceSpec, available: readonly ApiFamily[]): readonly FieldError[] {
  if (isHeadlessWithoutSelector(spec)) return [];
  return (spec.ipFamilies ?? []).flatMap((family, index) =>
    available.includes(family)
      ? []
      : [invalid(["spec", "ipFamilies", index], family, "not configured on this cluster")],
  );
}
