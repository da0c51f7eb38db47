import { connect } from "../../lab/connect.ts";
import type { Terminal } from "../terminal.ts";

export async function faultCommand(
  verb: "fail" | "heal",
  what: string,
  { lab: name }: { readonly lab?: string },
  { out }: Terminal,
): Promise<void> {
  out(`${await connect(name)[verb](what)}\n`);
}
