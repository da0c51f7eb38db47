/** What the guest is told, as the text of shell scripts. */

export interface GuestCommand {
  readonly words: readonly string[];
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface GuestSettings {
  readonly hostname: string;
  /** `uname -r` of the kernel that runs. */
  readonly release: string;
  /** Where its modules are, as the guest sees it; undefined when they come on a share of their own. */
  readonly modules: string | undefined;
  /** The folder that is the host's also for writing; the same path on both sides. */
  readonly output: string | undefined;
  /** Whether there is a network card, which QEMU's own addresses are for. */
  readonly hasNetwork: boolean;
}

/** A variable of another name cannot be set in a shell. */
const VARIABLE = /^[A-Za-z_]\w*$/;
/** What is the shell's own to say. */
const SHELLS_OWN: ReadonlySet<string> = new Set(["PWD", "OLDPWD", "SHLVL", "_"]);

/**
 * Takes the shell's place, so that signals for its process reach the command. By env(1) with its path: the shell is busybox's, which
 * takes its own programs for whatever is called by name alone, `sh` and all that a script in it calls among them.
 */
export function commandScript({ words, cwd, environment }: GuestCommand): string {
  const exports = Object.entries(environment).flatMap(([name, value]) =>
    value === undefined || !VARIABLE.test(name) || SHELLS_OWN.has(name)
      ? []
      : [`export ${name}=${quote(value)}`],
  );
  return [
    "echo $$ > /run/podwire-vm/pid",
    ...exports,
    `cd ${quote(cwd)} || exit 125`,
    `exec /usr/bin/env ${words.map(quote).join(" ")}`,
    "",
  ].join("\n");
}

export function settingsScript(guest: GuestSettings): string {
  const { hostname, release, modules = "", output = "", hasNetwork } = guest;
  const settings = { hostname, release, modules, output, network: hasNetwork ? "yes" : "" };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${quote(value)}\n`)
    .join("");
}

/** As one word of a shell's, whatever is in it. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
