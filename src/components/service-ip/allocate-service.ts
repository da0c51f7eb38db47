/**
 * Gives Services their addresses and node ports as part of the write that
 * stores them, as the API server does. What is taken is read from the Services
 * there are, so nothing has to be released: a Service that is gone, or became
 * one of another type, holds nothing.
 */

import type { FieldError } from "../../api/errors/field-errors.ts";
import { formatKey, keyOf } from "../../api/objects/meta.ts";
import type { Service } from "../../api/objects/service.ts";
import type { AllocateService } from "../../api/requests/admission.ts";
import { isHeadless } from "../../api/validation/service-type.ts";
import type { Random } from "../../base/random.ts";
import type { Cidr } from "../../net/cidr.ts";
import {
  addressesOf,
  apiFamily,
  firstAddress,
  type Granted,
  grantAddress,
  pickAddress,
  refusedAddress,
} from "./cluster-ips.ts";
import { settleFamilies } from "./families.ts";
import { nodePortsOf, type PortRange, settleNodePorts } from "./node-ports.ts";

type ServiceSpec = Service["spec"];

export interface ServiceRanges {
  /** One per address family; the first is the default. */
  readonly cidrs: readonly Cidr[];
  readonly nodePorts: PortRange;
  /** Addresses kept for a Service that may come later: address to `namespace/name`. For DNS. */
  readonly reserved?: ReadonlyMap<string, string>;
}

/** Hand this to admission; see {@link AdmissionOptions}. */
export function serviceAllocation(
  listServices: () => readonly Service[],
  ranges: ServiceRanges,
  random: Random,
): AllocateService {
  return (service) => allocateService(service, listServices(), ranges, random);
}

/**
 * @param service valid, with its defaults; in an update it already holds what it held before.
 * @param existing all Services there are; the one of the same name does not count.
 */
function allocateService(
  service: Service,
  existing: readonly Service[],
  ranges: ServiceRanges,
  random: Random,
): { readonly service: Service; readonly errors: readonly FieldError[] } {
  const self = formatKey(keyOf(service));
  const others = existing.filter((other) => formatKey(keyOf(other)) !== self);
  const families = settleFamilies(service.spec, ranges.cidrs.map(apiFamily));
  if (families.errors.length > 0) return { service, errors: families.errors };
  const isTaken = takenAddresses(self, others, ranges);
  const addresses = settleAddresses(families.spec, ranges.cidrs, isTaken, random);
  const takenPorts = new Set(others.flatMap(nodePortsOf));
  const ports = settleNodePorts(addresses.spec, ranges.nodePorts, takenPorts, random);
  const errors = [...addresses.errors, ...ports.errors];
  return { service: { ...service, spec: ports.spec }, errors };
}

/** The API server's own Service, which holds the first address of the range before anybody can ask for it. */
const apiServerService = "default/kubernetes";

function takenAddresses(
  self: string,
  others: readonly Service[],
  { cidrs, reserved = new Map<string, string>() }: ServiceRanges,
): (address: string) => boolean {
  const taken = new Set(others.flatMap(addressesOf));
  const kept = new Map<string, string>(reserved);
  for (const cidr of cidrs) kept.set(firstAddress(cidr), apiServerService);
  return (address) => taken.has(address) || (kept.get(address) ?? self) !== self;
}

interface Addresses {
  readonly spec: ServiceSpec;
  readonly errors: readonly FieldError[];
}

function settleAddresses(
  spec: ServiceSpec,
  cidrs: readonly Cidr[],
  isTaken: (address: string) => boolean,
  random: Random,
): Addresses {
  if (spec.type === "ExternalName") return { spec, errors: [] };
  if (isHeadless(spec)) {
    return { spec: { ...spec, clusterIP: "None", clusterIPs: ["None"] }, errors: [] };
  }
  const errors: FieldError[] = [];
  const { ipFamilies = [], clusterIPs: asked = [] } = spec;
  const clusterIPs = ipFamilies.flatMap((family, index): readonly string[] => {
    const cidr = cidrs.find((each) => apiFamily(each) === family);
    if (cidr === undefined) return [];
    const text = asked[index];
    const range = { cidr, isTaken };
    const granted: Granted =
      text === undefined ? pickAddress(range, random) : grantAddress(range, text);
    if ("address" in granted) return [granted.address];
    errors.push(
      text === undefined
        ? {
            path: ["spec", "clusterIPs"],
            type: "internal",
            detail: `failed to allocate a serviceIP: ${granted.refusal}`,
          }
        : refusedAddress(asked, text, granted.refusal),
    );
    return [];
  });
  const [clusterIP] = clusterIPs;
  return { spec: { ...spec, ...(clusterIP && { clusterIP, clusterIPs }) }, errors };
}
