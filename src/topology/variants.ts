import type { ProxyMode } from "./proxy-options.ts";
import type { NetworkVariant } from "./raw/network-variant.ts";

/** What a file is to be run with, one after the other: what is written under `matrix`, or chosen on the command line. */
export interface Matrix {
  readonly network?: readonly NetworkVariant[] | undefined;
  readonly proxyMode?: readonly ProxyMode[] | undefined;
}

/** What one run of a file is to have in place of what the file says. */
export interface Variant {
  /** For the report: `weave, nftables`; empty when the file decides everything. */
  readonly label: string;
  readonly network: NetworkVariant | undefined;
  readonly proxyMode: ProxyMode | undefined;
}

/** Every pod network with every mode of kube-proxy; what is not given is the file's. */
export function variantsOf({ network = [], proxyMode = [] }: Matrix): readonly Variant[] {
  const networks = network.length === 0 ? [undefined] : network;
  const modes = proxyMode.length === 0 ? [undefined] : proxyMode;
  return networks.flatMap((each) =>
    modes.map((mode) => ({
      label: [each, mode].filter((part) => part !== undefined).join(", "),
      network: each,
      proxyMode: mode,
    })),
  );
}
