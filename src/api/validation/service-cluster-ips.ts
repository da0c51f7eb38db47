import { familyOf, parseIpAddress } from "../../net/ip-address.ts";
import { type FieldError, type FieldPath, forbidden, invalid } from "../errors/field-errors.ts";
import type { Service } from "../objects/service.ts";
import { checkEach, checkOneOf, type Faults } from "./rules.ts";
import { isHeadless } from "./service-type.ts";

type ServiceSpec = Service["spec"];

/** One of each family. */
const mostAddresses = 2;

const at = (...path: FieldPath): FieldPath => ["spec", ...path];

/** The addresses inside the cluster, and how they go with the type and the families. */
export function checkServiceClusterIPs(spec: ServiceSpec): Faults {
  if (spec.type === "ExternalName") return checkNone(spec);
  return [
    ...checkHeadlessType(spec),
    ...checkAddresses(spec),
    ...checkFamilies(spec),
    ...checkOneOf(at("ipFamilyPolicy"), spec.ipFamilyPolicy, [
      "SingleStack",
      "PreferDualStack",
      "RequireDualStack",
    ]),
  ];
}

function checkNone(spec: ServiceSpec): Faults {
  const detail = "may not be set for ExternalName services";
  const faults: FieldError[] = [];
  if ((spec.clusterIPs ?? []).length > 0) faults.push(forbidden(at("clusterIPs"), detail));
  if ((spec.ipFamilies ?? []).length > 0) faults.push(forbidden(at("ipFamilies"), detail));
  if (spec.ipFamilyPolicy !== undefined) faults.push(forbidden(at("ipFamilyPolicy"), detail));
  return faults;
}

function checkHeadlessType(spec: ServiceSpec): Faults {
  const { type } = spec;
  if (!isHeadless(spec) || (type !== "NodePort" && type !== "LoadBalancer")) return [];
  return [invalid(at("clusterIPs", 0), "None", `may not be set to 'None' for ${type} services`)];
}

function checkAddresses({ clusterIP = "", clusterIPs = [] }: ServiceSpec): Faults {
  const path = at("clusterIPs");
  const faults: FieldError[] = [];
  if (clusterIPs.length > 0 && clusterIPs[0] !== clusterIP) {
    faults.push(invalid(path, clusterIPs, "first value must match `clusterIP`"));
  }
  if (clusterIPs.length > 1 && clusterIPs.includes("None")) {
    faults.push(invalid(path, clusterIPs, "'None' must be the first and only value"));
  }
  if (clusterIPs.length > mostAddresses) {
    faults.push(invalid(path, clusterIPs, `may only hold up to ${mostAddresses} values`));
  }
  const addresses = clusterIPs.map(parseIpAddress);
  const wrong = checkEach(path, clusterIPs, (each, text, index) =>
    text === "None" || addresses[index] !== undefined
      ? []
      : [invalid(each, text, "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)")],
  );
  const [first, second] = addresses;
  if (first !== undefined && second !== undefined && familyOf(first) === familyOf(second)) {
    faults.push(invalid(path, clusterIPs, "may specify no more than one IP for each IP family"));
  }
  return [...faults, ...wrong];
}

function checkFamilies({ ipFamilies = [], clusterIPs = [] }: ServiceSpec): Faults {
  const path = at("ipFamilies");
  const faults = checkEach(path, ipFamilies, (each, family, index) => [
    ...checkOneOf(each, family, ["IPv4", "IPv6"]),
    ...(ipFamilies.indexOf(family) < index
      ? [invalid(each, family, "may not repeat a family")]
      : []),
  ]);
  const mismatched = checkEach(at("clusterIPs"), clusterIPs, (each, text, index) => {
    const address = parseIpAddress(text);
    const family = ipFamilies[index];
    if (address === undefined || family === undefined) return [];
    return familyOf(address) === family.toLowerCase()
      ? []
      : [
          invalid(
            each,
            text,
            `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
          ),
        ];
  });
  return [...faults, ...mismatched];
}
