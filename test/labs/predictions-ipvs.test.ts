/**
 * What is predicted is what the kernel does, also of IPVS. Of three topologies only: an emulated machine takes
 * up to a minute for each.
 *
 * needs: kube-proxy mode ipvs
 */
import { testPredictions } from "./predicted-flows.ts";

testPredictions({ proxyMode: "ipvs", names: ["dns", "dual-stack", "load-balancer"] });
