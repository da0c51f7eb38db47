import { connect } from "../../lab/connect.ts";
import type { Terminal } from "../terminal.ts";

export async function kubeconfigCommand(
  { lab: name }: { readonly lab?: string },
  { out }: Terminal,
): Promise<void> {
  const { kubeconfig } = await connect(name).status();
  out(`${kubeconfig}\n`);
}
