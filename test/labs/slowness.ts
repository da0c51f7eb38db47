import { existsSync } from "node:fs";

/** How many times as long things may take here as elsewhere: in the virtual machine the processor may be an emulated one. */
export const slowness: number = existsSync("/run/podwire-vm") ? 10 : 1;
