import { familyOf, parseIpAddress } from "../../net/ip-address.ts";
import {
  duplicate,
  type FieldError,
  type FieldPath,
  invalid,
  required,
  tooMany,
} from "../errors/field-errors.ts";
import type { EndpointPort, EndpointSlice, EndpointSubset, Endpoints } from "../objects/service.ts";
import { checkMetadata } from "./metadata.ts";
import { dns1123Label, dns1123Subdomain } from "./names.ts";
import {
  checkEach,
  checkIpAddress,
  checkOneOf,
  checkPortNumber,
  checkText,
  type Faults,
  protocols,
} from "./rules.ts";
import { checkNonSpecialIp } from "./service.ts";

const mostEndpoints = 1_000;
const mostAddresses = 100;

export function validateEndpointSlice(slice: EndpointSlice): Faults {
  const { metadata, addressType, endpoints, ports } = slice;
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkAddressType(addressType),
    ...(endpoints.length > mostEndpoints
      ? [tooMany(["endpoints"], endpoints.length, mostEndpoints)]
      : []),
    ...checkEach(["endpoints"], endpoints, (at, { addresses = [], hostname }) => [
      ...checkAddresses([...at, "addresses"], addresses, addressType),
      ...checkText([...at, "hostname"], hostname, dns1123Label),
    ]),
    ...checkSlicePorts(ports),
  ];
}

function checkAddressType(type: string | undefined): Faults {
  if (type === undefined || type === "") return [required(["addressType"])];
  return checkOneOf(["addressType"], type, ["FQDN", "IPv4", "IPv6"]);
}

function checkAddresses(
  path: FieldPath,
  addresses: readonly string[],
  type: EndpointSlice["addressType"],
): Faults {
  if (addresses.length === 0) return [required(path, "must contain at least 1 address")];
  if (addresses.length > mostAddresses) return [tooMany(path, addresses.length, mostAddresses)];
  return checkEach(path, addresses, (at, text) => {
    if (type === "FQDN") return checkText(at, text, dns1123Subdomain);
    const address = parseIpAddress(text);
    if (address === undefined || familyOf(address) !== type?.toLowerCase()) {
      return [invalid(at, text, `must be an ${type} address`)];
    }
    return checkNonSpecialIp(at, text);
  });
}

function checkSlicePorts(ports: readonly EndpointPort[]): Faults {
  const names = new Set<string>();
  return checkEach(["ports"], ports, (at, { name = "", protocol, port }) => {
    const faults: FieldError[] = [];
    if (names.has(name)) faults.push(duplicate([...at, "name"], name));
    names.add(name);
    if (name !== "") faults.push(...checkText([...at, "name"], name, dns1123Label));
    faults.push(...checkOneOf([...at, "protocol"], protocol, protocols));
    if (port !== undefined) faults.push(...checkPortNumber([...at, "port"], port));
    return faults;
  });
}

export function validateEndpoints({ metadata, subsets }: Endpoints): Faults {
  return [
    ...checkMetadata(metadata, { namespaced: true }),
    ...checkEach(["subsets"], subsets, checkSubset),
  ];
}

function checkSubset(path: FieldPath, subset: EndpointSubset): Faults {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  const checkAddress = (
    at: FieldPath,
    { ip = "", hostname }: { ip?: string; hostname?: string },
  ) => {
    const wrong = checkIpAddress([...at, "ip"], ip);
    return [
      ...(wrong.length > 0 ? wrong : checkNonSpecialIp([...at, "ip"], ip)),
      ...checkText([...at, "hostname"], hostname || undefined, dns1123Label),
    ];
  };
  return [
    ...(addresses.length + notReadyAddresses.length === 0
      ? [required(path, "must specify `addresses` or `notReadyAddresses`")]
      : []),
    ...checkEach([...path, "addresses"], addresses, checkAddress),
    ...checkEach([...path, "notReadyAddresses"], notReadyAddresses, checkAddress),
    ...checkEach([...path, "ports"], ports, (at, { name = "", protocol, port }) => [
      ...(name === "" && ports.length > 1 ? [required([...at, "name"])] : []),
      ...checkText([...at, "name"], name || undefined, dns1123Label),
      ...checkPortNumber([...at, "port"], port ?? 0),
      ...checkOneOf([...at, "protocol"], protocol, protocols),
    ]),
  ];
}
