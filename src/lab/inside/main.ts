/** The first process of a lab's sandbox. Prepares the sandbox before anything else is loaded. */
import { delayOptimization } from "../../base/patient-compiler.ts";
import { enterSandbox } from "../../kernel/sandbox/sandbox-init.ts";

delayOptimization();
const inside = enterSandbox();
const { serveLab } = await import("./serve-lab.ts");
await serveLab(inside);
