import { connect, runningLabs } from "../../lab/connect.ts";
import type { Terminal } from "../terminal.ts";

export async function downCommand(
  name: string | undefined,
  { all = false, lab: option }: { readonly all?: boolean; readonly lab?: string },
  { out }: Terminal,
): Promise<void> {
  const names = all ? runningLabs().map((lab) => lab.name) : [name ?? option];
  for (const each of names) {
    const lab = connect(each);
    await lab.down();
    out(`${lab.name} is down\n`);
  }
}
