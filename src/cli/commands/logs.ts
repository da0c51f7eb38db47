import { connect } from "../../lab/connect.ts";
import type { LogsEvent, LogsRequest } from "../../lab/control/protocol.ts";
import { describeLogRecord } from "../../report/text/log-text.ts";
import type { Terminal } from "../terminal.ts";

export interface LogsFlags extends Omit<LogsRequest, "of"> {
  readonly lab?: string;
  readonly json?: boolean;
}

export async function logsCommand(
  of: string,
  { lab: name, json = false, ...options }: LogsFlags,
  { out }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const show = (event: LogsEvent): void => {
    if ("record" in event) out(`${json ? event.record : describeLogRecord(event.record)}\n`);
    else out(event.from === undefined ? event.text : `[${event.from}] ${event.text}`);
  };
  await connect(name).logs({ of, ...options }, show, signal);
}
