import { connect, runningLabs } from "../../lab/connect.ts";
import { renderTable } from "../../report/table.ts";
import type { Terminal } from "../terminal.ts";

export async function lsCommand(
  { json = false }: { readonly json?: boolean },
  { out }: Terminal,
): Promise<void> {
  const labs = await Promise.all(runningLabs().map(async ({ name }) => connect(name).status()));
  if (json) {
    out(`${JSON.stringify(labs, null, 2)}\n`);
    return;
  }
  out(
    renderTable(
      ["lab", "nodes", "pods", "services", "network", "proxy", "pid", "started", "file"],
      labs.map((lab) => [
        lab.name,
        String(lab.nodes.length),
        String(lab.pods.length),
        String(lab.services.length),
        lab.network,
        lab.proxyMode,
        String(lab.pid),
        lab.startedAt,
        lab.file,
      ]),
    ),
  );
}
