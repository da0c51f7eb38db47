import { parseCidr } from "../../net/cidr.ts";
import { parseIpAddress } from "../../net/ip-address.ts";
import {
  duplicate,
  type FieldError,
  type FieldPath,
  forbidden,
  invalid,
  required,
} from "../errors/field-errors.ts";
import type { Service, ServicePort } from "../objects/service.ts";
import { checkLabels, checkMetadata } from "./metadata.ts";
import { dns1035Label, dns1123Label, dns1123Subdomain, qualifiedName } from "./names.ts";
import {
  checkEach,
  checkIpAddress,
  checkOneOf,
  checkPortNumber,
  checkPortReference,
  checkText,
  type Faults,
  protocols,
} from "./rules.ts";
import { checkServiceClusterIPs } from "./service-cluster-ips.ts";
import { checkServicePolicies } from "./service-policies.ts";
import { isHeadless } from "./service-type.ts";

/** Some clouds open their firewalls for every load-balanced port, and this one commands the node. */
const kubeletPort = 10_250;

type ServiceSpec = Service["spec"];

const at = (...path: FieldPath): FieldPath => ["spec", ...path];

export function validateService(service: Service): Faults {
  const { spec } = service;
  return [
    ...checkMetadata(service.metadata, { namespaced: true, name: dns1035Label }),
    ...checkPortsPresent(spec),
    ...checkOneOf(at("type"), spec.type, ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]),
    ...checkLoadBalancerPorts(spec),
    ...checkExternalName(spec),
    ...checkPorts(spec),
    ...checkLabels(at("selector"), spec.selector),
    ...checkServiceClusterIPs(spec),
    ...checkExternalIPs(spec),
    ...checkSourceRanges(spec),
    ...checkLoadBalancerOnly(spec),
    ...checkServicePolicies(spec),
  ];
}

function checkPortsPresent(spec: ServiceSpec): Faults {
  const mayLackPorts = isHeadless(spec) || spec.type === "ExternalName";
  return (spec.ports ?? []).length === 0 && !mayLackPorts ? [required(at("ports"))] : [];
}

function checkLoadBalancerPorts({ type, ports = [] }: ServiceSpec): Faults {
  if (type !== "LoadBalancer") return [];
  return checkEach(at("ports"), ports, (each, { port }) =>
    port === kubeletPort
      ? [
          invalid(
            each,
            port,
            `may not expose port ${kubeletPort} externally since it is used by kubelet`,
          ),
        ]
      : [],
  );
}

function checkExternalName({ type, externalName = "" }: ServiceSpec): Faults {
  if (type !== "ExternalName") return [];
  // A final dot says that the name is complete.
  const name = externalName.replace(/\.$/, "");
  return name === ""
    ? [required(at("externalName"))]
    : checkText(at("externalName"), name, dns1123Subdomain);
}

function checkPorts({ ports = [], type }: ServiceSpec): Faults {
  const names = new Set<string>();
  return [
    ...checkEach(at("ports"), ports, (each, port) => [
      ...checkPortNameOnce([...each, "name"], port.name ?? "", ports.length > 1, names),
      ...checkPort(each, port),
    ]),
    ...(type === "ClusterIP" ? checkNoNodePorts(ports) : []),
    ...checkPairsOnce(ports),
  ];
}

function checkPortNameOnce(
  path: FieldPath,
  name: string,
  isNeeded: boolean,
  names: Set<string>,
): Faults {
  if (name === "") return isNeeded ? [required(path)] : [];
  const wrong = checkText(path, name, dns1123Label);
  if (names.has(name)) return [...wrong, duplicate(path, name)];
  names.add(name);
  return wrong;
}

function checkPort(path: FieldPath, port: ServicePort): Faults {
  return [
    // The type says there is one; a manifest may lack it, which reads as 0.
    ...checkPortNumber([...path, "port"], port.port ?? 0),
    ...checkOneOf([...path, "protocol"], port.protocol, protocols),
    ...checkPortReference([...path, "targetPort"], port.targetPort ?? port.port ?? 0),
    ...checkText([...path, "appProtocol"], port.appProtocol, qualifiedName),
  ];
}

function checkNoNodePorts(ports: readonly ServicePort[]): Faults {
  return checkEach(at("ports"), ports, (each, { nodePort = 0 }) =>
    nodePort === 0
      ? []
      : [forbidden([...each, "nodePort"], "may not be used when `type` is 'ClusterIP'")],
  );
}

/** A port can be had once per protocol; so can a node port. */
function checkPairsOnce(ports: readonly ServicePort[]): Faults {
  const taken = new Set<string>();
  const faults: FieldError[] = [];
  const take = (path: FieldPath, text: string, badValue: unknown): void => {
    if (taken.has(text)) faults.push(duplicate(path, badValue));
    taken.add(text);
  };
  for (const [index, { port, nodePort = 0, protocol = "TCP" }] of ports.entries()) {
    const path = at("ports", index);
    if (nodePort !== 0) take([...path, "nodePort"], `node ${protocol}/${nodePort}`, nodePort);
    take(path, `${protocol}/${port}`, { port, protocol });
  }
  return faults;
}

function checkExternalIPs({ externalIPs }: ServiceSpec): Faults {
  return checkEach(at("externalIPs"), externalIPs, (path, text) => {
    const wrong = checkIpAddress(path, text);
    return wrong.length > 0 ? wrong : checkNonSpecialIp(path, text);
  });
}

const specialRanges: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(0\.0\.0\.0|::)$/, "may not be unspecified (0.0.0.0 or ::)"],
  [/^(127\.|::1$)/, "may not be in the loopback range (127.0.0.0/8, ::1/128)"],
  [/^(169\.254\.|fe[89ab].:)/, "may not be in the link-local range (169.254.0.0/16, fe80::/10)"],
  [
    /^(224\.0\.0\.|ff02:)/,
    "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)",
  ],
];

/** Addresses that mean something else on every machine cannot be a service's or an endpoint's. */
export function checkNonSpecialIp(path: FieldPath, text: string): Faults {
  const canonical = parseIpAddress(text) ?? text;
  return specialRanges
    .filter(([pattern]) => pattern.test(canonical))
    .map(([, detail]) => invalid(path, text, detail));
}

function checkSourceRanges({ type, loadBalancerSourceRanges = [] }: ServiceSpec): Faults {
  if (loadBalancerSourceRanges.length === 0) return [];
  // The server's own spelling of the field in its messages.
  const path = at("LoadBalancerSourceRanges");
  const misplaced =
    type === "LoadBalancer"
      ? []
      : [forbidden(path, "may only be used when `type` is 'LoadBalancer'")];
  const wrong = checkEach(path, loadBalancerSourceRanges, (each, range) =>
    parseCidr(range.trim()) === undefined
      ? [invalid(each, range, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)")]
      : [],
  );
  return [...misplaced, ...wrong];
}

function checkLoadBalancerOnly(spec: ServiceSpec): Faults {
  if (spec.type === "LoadBalancer") {
    return checkText(at("loadBalancerClass"), spec.loadBalancerClass, qualifiedName);
  }
  return (["allocateLoadBalancerNodePorts", "loadBalancerClass"] as const)
    .filter((field) => spec[field] !== undefined)
    .map((field) => forbidden(at(field), "may only be used when `type` is 'LoadBalancer'"));
}
