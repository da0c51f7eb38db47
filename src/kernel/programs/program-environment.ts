import { userInfo } from "node:os";
import { programFolders } from "./programs.ts";

/**
 * All that a program finds in its environment, wherever in a lab it runs: where programs of this machine are, a home, and
 * `own`, which counts first. Nothing else of podwire's own environment, which is that of the shell
 * that once started it: a pod knows nothing of that, and etcd would take its settings from there.
 */
export function programEnvironment<Value extends string | undefined>(
  own: Readonly<Record<string, Value>>,
): Readonly<Record<string, Value | string>> {
  return { PATH: programFolders().join(":"), HOME: home(), ...own };
}

let known: string | undefined;

/** As container runtimes have it: what the machine's list of users says of this one, and `/` of one who is not in it. */
function home(): string {
  known ??= listedHome() ?? "/";
  return known;
}

function listedHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}
