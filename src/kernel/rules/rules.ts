/**
 * Packet filter rules of one netns, loaded whole: one process per sync, however many
 * rules. Calls for different netns run in parallel.
 */
import { HostError, ProgramError } from "../../base/podwire-error.ts";
import type { IpFamily } from "../../net/ip-address.ts";
import type { Netns } from "../netns.ts";
import { type RestoreOptions, type RestoreOutcome, runRestore } from "./restore.ts";

/**
 * Adds to and replaces what the payload names, and leaves the rest: `--noflush`. Tables are
 * replaced one by one, each in one step. Counters in the payload are set.
 *
 * Equivalent to: `ip netns exec $netns iptables-restore -w 5 -W 100000 --noflush --counters`, or `ip6tables-restore`
 *
 * @throws ProgramError; its `inputLine` is the line of the payload that was refused.
 */
export async function iptablesRestore(
  netns: Netns,
  payload: string,
  family: IpFamily = "ipv4",
): Promise<void> {
  const args = ["-w", "5", "-W", "100000", "--noflush", "--counters"];
  await runIptables(netns, family, "restore", { args, input: payload });
}

/**
 * Equivalent to: `ip netns exec $netns iptables-save [-t $table] [-c]`
 *
 * @throws ProgramError
 */
export async function iptablesSave(
  netns: Netns,
  {
    table,
    counters = false,
    family = "ipv4",
  }: { readonly table?: string; readonly counters?: boolean; readonly family?: IpFamily } = {},
): Promise<string> {
  const args = [...(table === undefined ? [] : ["-t", table]), ...(counters ? ["-c"] : [])];
  return (await runIptables(netns, family, "save", { args })).stdout;
}

/**
 * One transaction: all of the script or nothing.
 *
 * Equivalent to: `ip netns exec $netns nft -f -`
 *
 * @throws ProgramError; its `inputLine` is the line of the script that was refused.
 */
export async function nftApply(netns: Netns, script: string): Promise<void> {
  await runRestore({ netns, file: "nft", args: ["-f", "-"], input: script });
}

/**
 * Equivalent to: `ip netns exec $netns nft -j list table $family kube-proxy`
 *
 * Undefined when there is no such table.
 *
 * @throws ProgramError
 */
export function nftListTable(netns: Netns, family: "ip" | "ip6"): Promise<string | undefined> {
  return listTable(netns, family, ["-j"]);
}

/** As {@link nftListTable}, as people read it. */
export function nftPrintTable(netns: Netns, family: "ip" | "ip6"): Promise<string | undefined> {
  return listTable(netns, family, []);
}

async function listTable(
  netns: Netns,
  family: "ip" | "ip6",
  options: readonly string[],
): Promise<string | undefined> {
  try {
    const args = [...options, "list", "table", family, "kube-proxy"];
    return (await runRestore({ netns, file: "nft", args })).stdout;
  } catch (error) {
    if (error instanceof ProgramError && error.stderr.includes("No such file")) return undefined;
    throw error;
  }
}

/**
 * Equivalent to: `ip netns exec $netns ipset restore -exist`
 *
 * @throws ProgramError; its `inputLine` is the line of the payload that was refused.
 */
export async function ipsetRestore(netns: Netns, payload: string): Promise<void> {
  await runRestore({ netns, file: "ipset", args: ["restore", "-exist"], input: payload });
}

/** The kernel's two interfaces for iptables, by what Debian puts into the programs' names. */
type Backend = "nft" | "legacy";

let backend: Promise<Backend> | undefined;

async function runIptables(
  netns: Netns,
  family: IpFamily,
  verb: "save" | "restore",
  options: Pick<RestoreOptions, "args" | "input">,
): Promise<RestoreOutcome> {
  // All netns share one kernel, so what one finds out holds for the others.
  backend ??= chooseBackend(netns);
  const chosen = await backend.catch((error: unknown) => {
    backend = undefined;
    throw error;
  });
  return runRestore({
    ...options,
    netns,
    file: `${family === "ipv4" ? "iptables" : "ip6tables"}-${chosen}-${verb}`,
    // Only the legacy one locks; on real nodes none waits for another's lock.
    env: { XTABLES_LOCKFILE: `/run/xtables-${netns.name}.lock` },
  });
}

/** Whichever works, nftables first: what Kubernetes' own images choose on a kernel without rules. */
async function chooseBackend(netns: Netns): Promise<Backend> {
  const failures: unknown[] = [];
  for (const candidate of ["nft", "legacy"] as const) {
    try {
      await runRestore({ netns, file: `iptables-${candidate}`, args: ["-t", "nat", "-n", "-L"] });
      return candidate;
    } catch (error) {
      if (!(error instanceof ProgramError || error instanceof HostError)) throw error;
      failures.push(error);
    }
  }
  const [nft, legacy] = failures.map((error) => (error instanceof Error ? error.message : ""));
  throw new HostError("HOST_FEATURE", `iptables works neither way: ${nft}; ${legacy}`, {
    hint: "load the kernel module nf_tables, and install iptables",
    cause: failures[0],
  });
}
