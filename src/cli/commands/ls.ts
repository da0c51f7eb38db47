import { Deadline } from "../../base/deadline.ts";
import { connect, runningLabs } from "../../lab/connect.ts";
import type { LabStatus } from "../../lab/status.ts";
import { renderTable } from "../../report/text/table.ts";
import type { Terminal } from "../terminal.ts";

/** A lab that is still being built, or does not answer, is listed without its contents. */
const PATIENCE_MS = 1_000;

export async function lsCommand(
  { json = false }: { readonly json?: boolean },
  { out }: Terminal,
): Promise<void> {
  const labs = await Promise.all(
    runningLabs().map(async ({ name }) => ({ name, status: await statusOf(name) })),
  );
  if (json) {
    out(
      `${JSON.stringify(
        labs.map(({ name, status }) => status ?? { name }),
        null,
        2,
      )}\n`,
    );
    return;
  }
  const headers = [
    "lab",
    "nodes",
    "pods",
    "services",
    "network",
    "proxy",
    "pid",
    "started",
    "file",
  ];
  out(renderTable(headers, labs.map(row)));
}

async function statusOf(name: string): Promise<LabStatus | undefined> {
  try {
    using patience = new Deadline(PATIENCE_MS);
    return await connect(name).status(patience.signal);
  } catch {
    // Gone, or not ready to answer.
    return undefined;
  }
}

function row({
  name,
  status,
}: {
  readonly name: string;
  readonly status: LabStatus | undefined;
}): readonly string[] {
  if (status === undefined) return [name, "?", "?", "?", "?", "?", "?", "?", "not answering"];
  const { nodes, pods, services, network, proxyMode, pid, startedAt, file } = status;
  const counts = [nodes.length, pods.length, services.length].map(String);
  return [name, ...counts, network, proxyMode, String(pid), startedAt, file];
}
