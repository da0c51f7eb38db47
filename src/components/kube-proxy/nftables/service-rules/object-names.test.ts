import test from "ava";
import { ipAddress } from "../../../../net/ip-address.ts";
import type { Endpoint } from "../../model/services/endpoint.ts";
import type { ServicePort } from "../../model/services/service-port.ts";
import {
  affinitySetOf,
  endpointChain,
  isAffinitySet,
  isPerServiceChain,
  ownerOf,
  serviceObjects,
} from "./object-names.ts";

/** Only what names are made of. */
function port(more: Partial<ServicePort> = {}): ServicePort {
  const named = { namespace: "ns1", serviceName: "svc1", protocol: "tcp", portName: "p80" };
  return { ...named, ...more } as ServicePort;
}

function endpoint(ip: string): Endpoint {
  return { ip: ipAddress(ip), port: 80 } as Endpoint;
}

test("a name says what it is for, behind the hash of the whole", (t) => {
  t.is(serviceObjects(port()).cluster, "service-ULMVA6XW-ns1/svc1/tcp/p80");
  t.is(serviceObjects(port()).firewall, "firewall-ULMVA6XW-ns1/svc1/tcp/p80");
  const chain = endpointChain(port(), endpoint("10.180.0.1"));
  t.is(chain, "endpoint-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80");
  t.is(affinitySetOf(chain), "affinity-5OJB2KTY-ns1/svc1/tcp/p80__10.180.0.1/80");
});

test("the port's name may be empty, and IPv6 addresses lose their colons", (t) => {
  t.regex(serviceObjects(port({ portName: "" })).local, /^local-[A-Z2-7]{8}-ns1\/svc1\/tcp\/$/);
  t.regex(endpointChain(port(), endpoint("fd00::1")), /__fd00\.\.1\/80$/);
});

test("what is too long is cut, and still of its Service", (t) => {
  const long = port({
    namespace: "n".repeat(63),
    serviceName: "s".repeat(63),
    portName: "p".repeat(150),
  });
  const { cluster } = serviceObjects(long);
  t.is(cluster.length, "service-".length + 240);
  t.true(cluster.endsWith("..."));
  t.is(ownerOf(cluster), `${long.namespace}/${long.serviceName}`);
});

test("whose a chain or a set is can be told from its name", (t) => {
  const chain = endpointChain(port(), endpoint("10.180.0.1"));
  const affinitySet = affinitySetOf(chain);
  for (const name of [...Object.values(serviceObjects(port())), chain, affinitySet]) {
    t.is(ownerOf(name), "ns1/svc1");
  }
  t.true(isPerServiceChain(chain));
  t.true(isAffinitySet(affinitySet));
  for (const name of ["service-endpoints-check", "services", "nat-output"]) {
    t.false(isPerServiceChain(name), name);
  }
});
