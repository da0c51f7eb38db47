import test from "ava";
import type { Service } from "../../../../api/objects/service.ts";
import { sampleService } from "../../testing/sample-services.ts";
import { type ServicePortOptions, servicePorts } from "./service-port.ts";

const options: ServicePortOptions = { family: "ipv4", loadBalancerIPMode: true };
const spec = { clusterIP: "10.96.0.20", ports: [{ name: "http", port: 80 }] };
const first = (more: Partial<Service["spec"]>, given: Partial<ServicePortOptions> = {}) =>
  servicePorts(sampleService("web", { ...spec, ...more }), { ...options, ...given })[0];

const unserved: ReadonlyArray<{ title: string; more: Partial<Service["spec"]> }> = [
  { title: "headless", more: { clusterIP: "None" } },
  { title: "without an address yet", more: { clusterIP: "" } },
  { title: "ExternalName", more: { type: "ExternalName" } },
  { title: "of the other family", more: { clusterIP: "fd00::1" } },
  { title: "without this family", more: { clusterIPs: ["fd00::1"], ipFamilies: ["IPv6"] } },
];
for (const { title, more } of unserved) {
  test(`a Service ${title} has no ports here`, (t) => {
    t.is(first(more), undefined);
  });
}

test("the address is the one that ipFamilies puts in the family's place", (t) => {
  const both: Partial<Service["spec"]> = {
    clusterIPs: ["fd00:96::20", "10.96.0.99"],
    ipFamilies: ["IPv6", "IPv4"],
  };
  t.is(String(first(both)?.clusterIP), "10.96.0.99");
  t.is(String(first(both, { family: "ipv6" })?.clusterIP), "fd00:96::20");
});

test("the name says namespace, Service and port; without a port name only the first two", (t) => {
  t.is(first({})?.name, "shop/web:http");
  t.is(first({ ports: [{ port: 80 }] })?.name, "shop/web");
});

const policies: ReadonlyArray<{ more: Partial<Service["spec"]>; local: boolean }> = [
  { more: { type: "ClusterIP" }, local: false },
  { more: { type: "ClusterIP", externalIPs: ["192.0.2.1"] }, local: true },
  { more: { type: "NodePort" }, local: true },
  { more: { type: "LoadBalancer" }, local: true },
];
for (const { more, local } of policies) {
  test(`externalTrafficPolicy Local counts for ${JSON.stringify(more)}: ${local}`, (t) => {
    t.is(first({ ...more, externalTrafficPolicy: "Local" })?.externalPolicyLocal, local);
    t.false(first(more)?.externalPolicyLocal);
  });
}

test("a health check port needs type LoadBalancer and policy Local", (t) => {
  const local: Partial<Service["spec"]> = {
    externalTrafficPolicy: "Local",
    healthCheckNodePort: 32000,
  };
  t.is(first({ ...local, type: "LoadBalancer" })?.healthCheckNodePort, 32000);
  t.is(first({ ...local, type: "NodePort" })?.healthCheckNodePort, undefined);
  t.is(
    first({ ...local, type: "LoadBalancer", healthCheckNodePort: 0 })?.healthCheckNodePort,
    undefined,
  );
});

test("affinity lasts three hours unless the Service says otherwise", (t) => {
  t.is(first({})?.affinitySeconds, undefined);
  t.is(first({ sessionAffinity: "ClientIP" })?.affinitySeconds, 10_800);
  const brief = { clientIP: { timeoutSeconds: 10 } };
  t.is(first({ sessionAffinity: "ClientIP", sessionAffinityConfig: brief })?.affinitySeconds, 10);
});

test("ingress addresses of ipMode Proxy are left to the load balancer, where the gate is on", (t) => {
  const service: Service = {
    ...sampleService("web", { ...spec, type: "LoadBalancer" }),
    status: {
      loadBalancer: {
        ingress: [
          { ip: "198.51.100.1", ipMode: "Proxy" },
          { ip: "198.51.100.2", ipMode: "VIP" },
          { hostname: "lb.example" },
          { ip: "198.51.100.3" },
        ],
      },
    },
  };
  const vips = (loadBalancerIPMode: boolean): readonly string[] | undefined =>
    servicePorts(service, { ...options, loadBalancerIPMode })[0]?.loadBalancerVIPs;
  t.deepEqual(vips(true), ["198.51.100.2", "198.51.100.3"]);
  t.deepEqual(vips(false), ["198.51.100.1", "198.51.100.2", "198.51.100.3"]);
});
