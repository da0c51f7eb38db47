import { ProgramError } from "../../../base/podwire-error.ts";
import { parseCniFailure } from "../../../components/cni-exec/cni-result.ts";
import type { CniCommand, PluginCall } from "../../../components/cni-exec/plugin-call.ts";
import { runCniPlugin } from "../../../kernel/programs/cni-plugin.ts";
import type { Machines } from "../machines/machines.ts";

/** Runs one plugin on a node, and gives what it prints. @throws ProgramError with what the plugin says when it fails. */
export async function runPlugin(
  machines: Machines | undefined,
  node: string,
  command: CniCommand,
  { type, environment, config }: PluginCall,
): Promise<string> {
  if (machines === undefined) throw new RangeError("the network has not been started");
  const path = environment["CNI_PATH"] ?? "";
  const { ok, stdout, stderr } = await runCniPlugin(machines.place(node), {
    type,
    path,
    environment,
    config,
  });
  if (ok) return stdout;
  const failure = parseCniFailure(stdout);
  const said =
    failure === undefined ? stderr || stdout : `${failure.message} (code ${failure.code})`;
  throw new ProgramError(`CNI ${command}: ${type} on ${node}: ${said.trim()}`, { stderr });
}
