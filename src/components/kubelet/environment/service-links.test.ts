import test from "ava";
import type { Service } from "../../../api/objects/service.ts";
import { linkedServices, serviceLinks } from "./service-links.ts";

function service(
  name: string,
  clusterIP: string,
  ports: Service["spec"]["ports"] = [],
  namespace = "vote",
): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    spec: { clusterIP, ports },
  };
}

const redis = service("redis", "10.106.221.98", [{ name: "redis-service", port: 6379 }]);
const db = service("db", "10.97.59.155", [{ name: "db-service", port: 5432, targetPort: 5432 }]);
const kubernetes = service("kubernetes", "10.96.0.1", [{ name: "https", port: 443 }], "default");

test("the voting app's pods find what a real cluster shows them", (t) => {
  const links = serviceLinks(linkedServices([kubernetes, db, redis], "vote", "all"));
  t.deepEqual(links, {
    KUBERNETES_SERVICE_HOST: "10.96.0.1",
    KUBERNETES_SERVICE_PORT: "443",
    KUBERNETES_SERVICE_PORT_HTTPS: "443",
    KUBERNETES_PORT: "tcp://10.96.0.1:443",
    KUBERNETES_PORT_443_TCP: "tcp://10.96.0.1:443",
    KUBERNETES_PORT_443_TCP_PROTO: "tcp",
    KUBERNETES_PORT_443_TCP_PORT: "443",
    KUBERNETES_PORT_443_TCP_ADDR: "10.96.0.1",
    DB_SERVICE_HOST: "10.97.59.155",
    DB_SERVICE_PORT: "5432",
    DB_SERVICE_PORT_DB_SERVICE: "5432",
    DB_PORT: "tcp://10.97.59.155:5432",
    DB_PORT_5432_TCP: "tcp://10.97.59.155:5432",
    DB_PORT_5432_TCP_PROTO: "tcp",
    DB_PORT_5432_TCP_PORT: "5432",
    DB_PORT_5432_TCP_ADDR: "10.97.59.155",
    REDIS_SERVICE_HOST: "10.106.221.98",
    REDIS_SERVICE_PORT: "6379",
    REDIS_SERVICE_PORT_REDIS_SERVICE: "6379",
    REDIS_PORT: "tcp://10.106.221.98:6379",
    REDIS_PORT_6379_TCP: "tcp://10.106.221.98:6379",
    REDIS_PORT_6379_TCP_PROTO: "tcp",
    REDIS_PORT_6379_TCP_PORT: "6379",
    REDIS_PORT_6379_TCP_ADDR: "10.106.221.98",
  });
});

test("several ports: the first has the short names, unnamed ones no name of their own", (t) => {
  const dns = service("kube-dns", "10.96.0.10", [
    { port: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53 },
  ]);
  t.deepEqual(serviceLinks([dns]), {
    KUBE_DNS_SERVICE_HOST: "10.96.0.10",
    KUBE_DNS_SERVICE_PORT: "53",
    KUBE_DNS_SERVICE_PORT_DNS_TCP: "53",
    KUBE_DNS_PORT: "udp://10.96.0.10:53",
    KUBE_DNS_PORT_53_UDP: "udp://10.96.0.10:53",
    KUBE_DNS_PORT_53_UDP_PROTO: "udp",
    KUBE_DNS_PORT_53_UDP_PORT: "53",
    KUBE_DNS_PORT_53_UDP_ADDR: "10.96.0.10",
    KUBE_DNS_PORT_53_TCP: "tcp://10.96.0.10:53",
    KUBE_DNS_PORT_53_TCP_PROTO: "tcp",
    KUBE_DNS_PORT_53_TCP_PORT: "53",
    KUBE_DNS_PORT_53_TCP_ADDR: "10.96.0.10",
  });
});

const elsewhere = service("other", "10.96.0.77", [{ port: 80 }], "other");
const own = service("kubernetes", "10.96.5.5", [{ port: 80 }]);
const headless = service("peers", "None", [{ port: 80 }]);
const external = service("docs", "", [{ port: 80 }]);

for (const { title, services, links = "all", want } of [
  {
    title: "its own namespace's and the API server's",
    services: [kubernetes, redis, elsewhere],
    want: ["kubernetes", "redis"],
  },
  {
    title: "without links, the API server alone",
    services: [kubernetes, redis],
    links: "none",
    want: ["kubernetes"],
  },
  { title: "nothing without a cluster IP", services: [headless, external], want: [] },
] as const) {
  test(`a pod is told of ${title}`, (t) => {
    t.deepEqual(
      linkedServices(services, "vote", links).map(({ metadata }) => metadata.name),
      [...want],
    );
  });
}

test("a namespace's own kubernetes Service wins over the API server's, in any order", (t) => {
  for (const services of [
    [own, kubernetes],
    [kubernetes, own],
  ]) {
    t.deepEqual(linkedServices(services, "vote", "all"), [own]);
  }
});
