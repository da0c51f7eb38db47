import { connect } from "../../lab/connect.ts";
import type { LabEvent } from "../../observe/event.ts";
import { describeEvent } from "../../report/text/event-text.ts";
import type { Terminal } from "../terminal.ts";

export async function eventsCommand(
  { lab: name, json = false }: { readonly lab?: string; readonly json?: boolean },
  { out }: Terminal,
  signal: AbortSignal,
): Promise<void> {
  const lab = connect(name);
  const show = (event: LabEvent): void => {
    const text = json ? JSON.stringify(event) : describeEvent(event);
    if (text !== "") out(`${text}\n`);
  };
  await lab.events(show, signal);
}
