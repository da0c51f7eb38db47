/** Everything that is tried inside a sandbox, in the order in which the table shows it. */
import type { Netns } from "../netns.ts";
import type { CheckGroup } from "./check.ts";
import { containers } from "./containers.ts";
import { devices } from "./devices.ts";
import { impairment } from "./impairment.ts";
import { iptables } from "./iptables.ts";
import { ipvs } from "./ipvs.ts";
import { nftables } from "./nftables.ts";
import { settings } from "./settings.ts";
import { traffic } from "./traffic.ts";

export const sandboxChecks: ReadonlyArray<CheckGroup<Netns>> = [
  devices,
  settings,
  traffic,
  iptables,
  nftables,
  ipvs,
  impairment,
  containers,
];
