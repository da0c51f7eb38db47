/** The first process of a lab's sandbox. Prepares the sandbox before anything else is loaded. */
import { enterSandbox } from "../../kernel/sandbox-init.ts";

const inside = enterSandbox();
const { serveLab } = await import("./serve-lab.ts");
await serveLab(inside);
