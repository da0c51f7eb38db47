import test from "ava";
import { cidr } from "../../net/cidr.ts";
import { ipAddress } from "../../net/ip-address.ts";
import { AddressesExhaustedError, HostLocalIpam } from "./host-local-ipam.ts";

test("the gateway's address is skipped and the rest are given in order", (t) => {
  const ipam = new HostLocalIpam(cidr("10.244.3.0/24"));
  t.deepEqual(
    ["a", "b", "c"].map((pod) => ipam.allocate(pod)).join(" "),
    "10.244.3.2 10.244.3.3 10.244.3.4",
  );
});

test("an address that was just freed is not the next one given", (t) => {
  const ipam = new HostLocalIpam(cidr("10.244.0.0/24"));
  ipam.allocate("a");
  ipam.allocate("b");
  ipam.release("a");
  t.is(ipam.allocate("c"), ipAddress("10.244.0.4"));
});

test("an owner that asks twice has one address", (t) => {
  const ipam = new HostLocalIpam(cidr("10.244.0.0/24"));
  t.is(ipam.allocate("a"), ipam.allocate("a"));
  ipam.release("a");
  ipam.release("a");
  t.not(ipam.allocate("a"), ipam.allocate("b"));
});

test("after the last address comes the first that is free", (t) => {
  // .0 network, .1 gateway, .2 to .6, .7 broadcast
  const ipam = new HostLocalIpam(cidr("10.244.0.0/29"));
  const all = ["a", "b", "c", "d", "e"].map((pod) => ipam.allocate(pod));
  t.is(all.at(-1), ipAddress("10.244.0.6"));
  ipam.release("b");
  t.is(ipam.allocate("f"), ipAddress("10.244.0.3"));
});

test("a full share is an error that names the range, and a release mends it", (t) => {
  const ipam = new HostLocalIpam(cidr("10.244.0.0/30"));
  const only = ipam.allocate("a");
  const error = t.throws(() => ipam.allocate("b"), { instanceOf: AddressesExhaustedError });
  t.is(error?.code, "IPAM_EXHAUSTED");
  t.is(error?.message, "no IP addresses available in range set: 10.244.0.1-10.244.0.2");
  ipam.release("a");
  t.is(ipam.allocate("b"), only);
});

for (const share of ["10.244.0.1/32", "10.244.0.0/31"]) {
  test(`${share} has no address for a pod`, (t) => {
    t.throws(() => new HostLocalIpam(cidr(share)).allocate("a"), { code: "IPAM_EXHAUSTED" });
  });
}
