/**
 * What is predicted is what the kernel does: every flow of every topology, in the mode that it asks for. The other modes
 * have files of their own, so that they are tried side by side.
 */
import { testPredictions } from "./predicted-flows.ts";

testPredictions();
