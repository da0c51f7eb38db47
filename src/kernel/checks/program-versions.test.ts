import test from "ava";
import { parseVersion } from "./program-versions.ts";

const cases: ReadonlyArray<readonly [text: string, version: string | undefined]> = [
  ["unshare from util-linux 2.38.1", "2.38.1"],
  ["ip utility, iproute2-6.1.0, libbpf 1.1.2", "6.1.0"],
  ["iptables-restore v1.8.9 (nf_tables)", "1.8.9"],
  ["tcpdump version 4.99.3\nlibpcap version 1.10.3 (with TPACKET_V3)", "4.99.3"],
  ["ipset v7.17, protocol version: 7", "7.17"],
  ["CoreDNS-1.14.7\nlinux/amd64, go1.26.8, ", "1.14.7"],
  ["BIRD version 2.0.12", "2.0.12"],
  ["runc version 1.1.5+ds1\nspec: 1.0.2-dev", "1.1.5"],
  ["Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64", "7.0.15"],
  [
    'Running as user "root" and group "root". This could be dangerous.\nTShark (Wireshark) 4.0.17 (Git)',
    "4.0.17",
  ],
  ["Can't initialize ipvs: Permission denied (you must be root)", undefined],
];

for (const [text, version] of cases) {
  test(`the version in: ${text.split("\n").at(-1)}`, (t) => {
    t.is(parseVersion(text), version);
  });
}
