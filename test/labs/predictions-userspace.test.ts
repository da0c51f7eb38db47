/** What is predicted is what the kernel does: every flow of every topology, in mode userspace. */
import { testPredictions } from "./predicted-flows.ts";

testPredictions({ proxyMode: "userspace" });
