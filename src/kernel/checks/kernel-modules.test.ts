import test from "ava";
import { parseModulesDep } from "./kernel-modules.ts";

test("modules.dep names modules compressed or not, with dependencies or without", (t) => {
  const text = [
    "kernel/net/ipv4/ipip.ko.xz: kernel/net/ipv4/ip_tunnel.ko.xz kernel/net/ipv4/tunnel4.ko.xz",
    "kernel/net/sched/sch_netem.ko:",
    "updates/nf-conntrack.ko.zst:",
    "",
  ].join("\n");
  t.deepEqual([...parseModulesDep(text)], ["ipip", "sch_netem", "nf_conntrack"]);
});
