import type { EndpointSlice, Service } from "../src/api/objects/service.ts";

/** Services of one TCP port with so many ready endpoints each, spread over a hundred nodes. */
export function manyServices(
  services: number,
  endpoints: number,
): { readonly services: readonly Service[]; readonly slices: readonly EndpointSlice[] } {
  const each = Array.from({ length: services }, (_, index) => index);
  return {
    services: each.map((index) => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: `service-${index}`, namespace: "bench" },
      spec: {
        type: "ClusterIP",
        clusterIP: `10.96.${index >> 8}.${index & 255}`,
        ports: [{ name: "http", port: 80, protocol: "TCP" }],
      },
    })),
    slices: each.map((index) => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: {
        name: `service-${index}-1`,
        namespace: "bench",
        labels: { "kubernetes.io/service-name": `service-${index}` },
      },
      addressType: "IPv4",
      endpoints: Array.from({ length: endpoints }, (_, which) => {
        const number = index * endpoints + which;
        return {
          addresses: [`10.${128 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`],
          nodeName: `node${number % 100}`,
        };
      }),
      ports: [{ name: "http", port: 8080, protocol: "TCP" }],
    })),
  };
}
