/**
 * SCTP through Services, in each mode that knows it: as packets of a kernel that has the protocol, which the one with IPVS has.
 *
 * needs: kube-proxy mode ipvs
 */
import test from "ava";
import { Store } from "../../src/api/store/store.ts";
import { sampleConfigOf, sampleNode } from "../../src/components/kube-proxy/testing/sample-node.ts";
import {
  sampleEndpoint,
  sampleService,
  sampleSlice,
} from "../../src/components/kube-proxy/testing/sample-services.ts";
import { SampleNode } from "./sample-node.ts";

/** Both endpoints are met in so many tries by dice, but for one case in ten millions. */
const tries = 25;
const clusterIP = "10.96.0.40";
const service = sampleService("core", {
  type: "NodePort",
  clusterIP,
  ports: [{ name: "s1", port: 36412, nodePort: 30412, protocol: "SCTP" }],
});
const slice = sampleSlice(
  "core",
  [sampleEndpoint(1, 2), sampleEndpoint(2, 2)],
  [{ name: "s1", port: 36412, protocol: "SCTP" }],
);
const endpoints = ["10.244.1.2:36412", "10.244.2.2:36412"];

for (const mode of ["iptables", "nftables", "ipvs"] as const) {
  test.serial(`mode ${mode} leads SCTP to every endpoint, and masquerades as TCP`, async (t) => {
    const config = sampleConfigOf(mode);
    using node = new SampleNode(`sctp-${mode}`, config);
    for (const pod of ["pod-a", "pod-d"]) node.answerTcp(pod, 36412, "sctp");
    const store = new Store();
    for (const object of [service, slice]) store.create(object);
    await using proxy = node.startProxy(store, config);
    await proxy.synced();
    const met = new Set<string>();
    for (let count = 0; count < tries; count++) {
      const question = {
        from: "10.244.1.5",
        to: clusterIP,
        port: 36412,
        transport: "sctp",
      } as const;
      const { server, sawClient } = await node.askTcp(question);
      met.add(server);
      t.is(sawClient, "10.244.1.5");
      if (met.size === endpoints.length) break;
    }
    t.deepEqual([...met].sort(), endpoints);
    const outside = {
      from: "203.0.113.9",
      to: "192.168.0.16",
      port: 30412,
      transport: "sctp",
    } as const;
    const { server, sawClient } = await node.askTcp(outside);
    t.true(endpoints.includes(server));
    t.true(
      sampleNode.addresses.some((address) => address === sawClient),
      sawClient,
    );
  });
}
