import { setFlagsFromString } from "node:v8";

/**
 * Bytes of bytecode that a function runs through before V8 compiles it anew, optimized; Node 20's default is 132 KiB.
 * With that, reading ten kilobytes of YAML takes twice its time, because so many functions get just warm
 * enough to be compiled, and are then hardly called any more.
 */
const INTERRUPT_BUDGET = 1_000_000;

/**
 * Makes V8 slower to optimize: what runs for a second only gains, what runs for long is optimized a moment later.
 * To be called before the rest of the program is loaded. Does nothing in newer versions of Node, which
 * decide by other measures.
 */
export function delayOptimization(): void {
  if (process.versions.node.startsWith("20.")) {
    setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
  }
}
