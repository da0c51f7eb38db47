import type { ProxyKernel } from "../model/proxy-kernel.ts";

/** A node's kernel that does nothing: tests put in its place what their mode needs. */
export const refusingKernel: ProxyKernel = {
  iptablesRestore: refuse("iptables-restore"),
  iptablesSave: refuse("iptables-save"),
  nftApply: refuse("nft -f -"),
  nftListTable: refuse("nft list table"),
  ipvs: {
    changeServers: () => undefined,
    servers: () => [],
    server: () => undefined,
    setTimeouts: () => undefined,
    ipvsSave: refuse("ipvsadm --save"),
    ipsetRestore: refuse("ipset restore"),
    ipsetSave: refuse("ipset save"),
    writeSysctls: () => undefined,
    bindAddresses: () => undefined,
    boundAddresses: () => undefined,
  },
  relay: {
    listenTcp: () => {
      throw new Error("a relay is not for this mode");
    },
    connectTcp: refuse("a relay"),
    bindUdp: () => {
      throw new Error("a relay is not for this mode");
    },
  },
};

function refuse(program: string): () => Promise<never> {
  return () => Promise.reject(new Error(`${program} is not for this mode`));
}
