import { connect } from "../../lab/connect.ts";
import { renderStatus } from "../../report/text/status-text.ts";
import type { Terminal } from "../terminal.ts";

export async function psCommand(
  { lab: name, json = false }: { readonly lab?: string; readonly json?: boolean },
  { out }: Terminal,
): Promise<void> {
  const status = await connect(name).status();
  out(json ? `${JSON.stringify(status, null, 2)}\n` : renderStatus(status));
}
