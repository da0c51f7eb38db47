import test from "ava";
import { ipAddress } from "../../../net/ip-address.ts";
import { includesLoopback, nodePortAddresses } from "./node-port-addresses.ts";

const node = {
  ip: ipAddress("192.168.0.16"),
  addresses: ["127.0.0.1", "192.168.0.16", "10.0.0.16", "192.168.0.16", "fd00::16"].map(ipAddress),
};

const cases = [
  { configured: [], ipv4: "all", ipv6: "all" },
  { configured: ["0.0.0.0/0"], ipv4: "all", ipv6: "all" },
  { configured: ["192.168.0.0/24"], ipv4: ["192.168.0.16"], ipv6: "all" },
  { configured: ["10.0.0.0/8", "127.0.0.0/8"], ipv4: ["127.0.0.1", "10.0.0.16"], ipv6: "all" },
  { configured: ["172.16.0.0/12", "fd00::/8"], ipv4: [], ipv6: ["fd00::16"] },
  { configured: ["primary"], ipv4: ["192.168.0.16"], ipv6: [] },
];
for (const { configured, ipv4, ipv6 } of cases) {
  test(`nodePortAddresses [${configured.join(", ")}]`, (t) => {
    const listed = (family: "ipv4" | "ipv6"): unknown => {
      const result = nodePortAddresses(configured, node, family);
      return result.type === "all" ? "all" : result.addresses;
    };
    t.deepEqual(listed("ipv4"), ipv4);
    t.deepEqual(listed("ipv6"), ipv6);
  });
}

const loopback = [
  { configured: [], includes: true },
  { configured: ["fd00::/8"], includes: true },
  { configured: ["127.0.0.0/8"], includes: true },
  { configured: ["127.0.0.1/32"], includes: true },
  { configured: ["0.0.0.0/0"], includes: true },
  { configured: ["192.168.0.0/24"], includes: false },
  { configured: ["primary"], includes: false },
];
for (const { configured, includes } of loopback) {
  test(`[${configured.join(", ")}] ${includes ? "includes" : "excludes"} 127.0.0.1`, (t) => {
    t.is(includesLoopback(configured), includes);
  });
}
