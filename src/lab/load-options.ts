/** What of the YAML this version runs. The rest is understood, and refused before anything is built. */
import type { LoadOptions } from "../topology/load.ts";
import { checkFilter } from "./check-filter.ts";

/** For every command that reads topologies, so that all of them find the same mistakes. */
export const loadOptions: LoadOptions = {
  checkFilter,
  availableSteps: [
    "capture",
    "probe",
    "packets",
    "exec",
    "apply",
    "delete",
    "scale",
    "kill",
    "wait",
    "rollout",
    "parallel",
    "during",
    "fail",
    "heal",
    "impair",
  ],
  availableFaults: ["node", "link", "component"],
  availablePlugins: ["bridge", "flannel", "weave", "calico", "exec"],
  availableProxyModes: ["iptables", "nftables", "ipvs", "userspace"],
};
