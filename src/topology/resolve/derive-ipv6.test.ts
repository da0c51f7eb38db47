import test from "ava";
import { cidr, formatCidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { deriveAddress, deriveBlock } from "./derive-ipv6.ts";

for (const { block, second, address, beside } of [
  {
    block: "192.168.0.0/24",
    second: "fd00:192:168::/64",
    address: "192.168.0.11",
    beside: "fd00:192:168::11",
  },
  {
    block: "203.0.113.0/24",
    second: "fd00:203:0:113::/64",
    address: "203.0.113.254",
    beside: "fd00:203:0:113::254",
  },
  { block: "10.0.0.0/16", second: "fd00:10::/64", address: "10.0.3.7", beside: "fd00:10::3:7" },
  {
    block: "10.1.16.0/20",
    second: "fd00:10:1:16::/64",
    address: "10.1.17.5",
    beside: "fd00:10:1:16::17:5",
  },
  {
    block: "10.255.0.8/30",
    second: "fd00:10:255:0:8::/80",
    address: "10.255.0.9",
    beside: "fd00:10:255:0:8::9",
  },
  {
    block: "10.255.0.30/31",
    second: "fd00:10:255::30/127",
    address: "10.255.0.31",
    beside: "fd00:10:255::31",
  },
]) {
  test(`beside ${block} lies ${second}, and beside ${address} ${beside}`, (t) => {
    const derived = deriveBlock(cidr(block));
    t.is(formatCidr(derived), second);
    t.is(deriveAddress(ipAddress(address), cidr(block), derived), ipAddress(beside));
  });
}

test("a block without room for digits gives addresses by their number", (t) => {
  const wanted = cidr("2001:db8::10/124");
  t.is(
    deriveAddress(ipAddress("192.168.0.14"), cidr("192.168.0.0/24"), wanted),
    ipAddress("2001:db8::1e"),
  );
});
