/** What is predicted is what the kernel does: every flow of every topology, in mode nftables. */
import { testPredictions } from "./predicted-flows.ts";

testPredictions({ proxyMode: "nftables" });
