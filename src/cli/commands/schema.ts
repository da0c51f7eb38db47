import { topologySchema } from "../../topology/schema.ts";
import type { Terminal } from "../terminal.ts";

export function schemaCommand({ out }: Terminal): void {
  out(`${JSON.stringify(topologySchema(), null, 2)}\n`);
}
