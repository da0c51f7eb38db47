import test from "ava";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { cidr } from "../../src/net/cidr.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { deriveMacAddress } from "../../src/net/mac-address.ts";
import { linkAddBridge } from "../../src/wire/netlink/devices/bridge.ts";
import { linkDelete, linkSet } from "../../src/wire/netlink/devices/link.ts";
import { linkAddVeth } from "../../src/wire/netlink/devices/veth.ts";
import { linkAddVxlan } from "../../src/wire/netlink/devices/vxlan-device.ts";
import { addressAdd, addressDelete } from "../../src/wire/netlink/rtnetlink/address.ts";
import { fdbAppend, fdbDelete } from "../../src/wire/netlink/rtnetlink/fdb.ts";
import { neighbourDelete, neighbourReplace } from "../../src/wire/netlink/rtnetlink/neighbour.ts";
import { routeDelete, routeReplace } from "../../src/wire/netlink/rtnetlink/route.ts";
import { isMade } from "../fallback-tunnels.ts";

function namesIn(rtnetlink: Rtnetlink): readonly string[] {
  return rtnetlink
    .links()
    .map(({ name }) => name)
    .filter(isMade);
}

test("a list of more devices than fit into one answer has each of them once", (t) => {
  using netns = Netns.create("rtnl-many");
  using rtnetlink = Rtnetlink.open(netns);
  const names = Array.from({ length: 300 }, (_, index) => `br${index}`);
  rtnetlink.apply(names.map((name) => linkAddBridge({ name })));
  t.deepEqual(namesIn(rtnetlink), ["lo", ...names]);
  t.deepEqual(
    rtnetlink.linksByName(names).map(({ name }) => name),
    names,
  );
});

test("no requests are no work", (t) => {
  using netns = Netns.create("rtnl-none");
  using rtnetlink = Rtnetlink.open(netns);
  t.notThrows(() => rtnetlink.apply([]));
  t.deepEqual(rtnetlink.linksByName([]), []);
});

test("a socket is usable after a request was refused", (t) => {
  using netns = Netns.create("rtnl-after");
  using rtnetlink = Rtnetlink.open(netns);
  t.throws(
    () => rtnetlink.apply([linkDelete("a"), linkDelete("b"), linkAddBridge({ name: "c" })]),
    {
      message: "RTM_DELLINK a in netns rtnl-after: ENODEV (no such device)",
    },
  );
  // The kernel went on with the requests that came after the one that failed.
  t.deepEqual(namesIn(rtnetlink), ["lo", "c"]);
});

test("a thousand refusals at once are not too many answers, nor the end of what comes after them", (t) => {
  using netns = Netns.create("rtnl-refusals");
  using rtnetlink = Rtnetlink.open(netns);
  const via = ipAddress("10.0.0.1");
  const routes = Array.from({ length: 1000 }, (_, index) =>
    routeReplace({ to: cidr(`10.1.${index % 250}.0/24`), via }),
  );
  t.throws(() => rtnetlink.apply([...routes, linkAddBridge({ name: "late" })]), {
    message:
      "RTM_NEWROUTE 10.1.0.0/24 via 10.0.0.1 in netns rtnl-refusals: ENETUNREACH (Nexthop has invalid gateway)",
  });
  t.not(rtnetlink.index("late"), undefined);
});

test("a socket keeps its netns, when the name is gone", (t) => {
  using netns = Netns.create("rtnl-kept");
  using rtnetlink = Rtnetlink.open(netns);
  netns[Symbol.dispose]();
  t.deepEqual(namesIn(rtnetlink), ["lo"]);
});

test("deleting one end of a veth deletes the other", (t) => {
  using a = Netns.create("rtnl-a");
  using b = Netns.create("rtnl-b");
  using inA = Rtnetlink.open(a);
  using inB = Rtnetlink.open(b);
  inA.apply([linkAddVeth({ name: "va" }, { name: "vb", netnsFd: b.fd })]);
  t.is(inB.linksByName(["vb"])[0]?.kind, "veth");
  inA.apply([linkDelete("va")]);
  t.throws(() => inB.linksByName(["vb"]), { code: "KERNEL_ENODEV" });
});

test("whatever was added can be deleted", (t) => {
  using netns = Netns.create("rtnl-delete");
  using rtnetlink = Rtnetlink.open(netns);
  rtnetlink.apply([
    linkAddBridge({ name: "br0", state: "up" }),
    linkAddVxlan({ name: "vx", state: "up" }, { vni: 1, port: 4789, learning: false }),
  ]);
  const [br0, vx] = rtnetlink.linksByName(["br0", "vx"]).map(({ index }) => index);
  if (br0 === undefined || vx === undefined) return t.fail();
  const address = { index: br0, address: cidr("10.0.0.1/24"), scope: "global" } as const;
  const route = { to: cidr("10.1.0.0/16"), via: ipAddress("10.0.0.2") };
  const mac = deriveMacAddress("rtnl-delete", "peer");
  const neighbour = { index: br0, address: ipAddress("10.0.0.9"), mac };
  const entry = { index: vx, mac, destination: ipAddress("10.0.0.8") };
  const counts = (): number[] => [
    rtnetlink.addresses().filter((each) => each.address.address === "10.0.0.1").length,
    rtnetlink.routes().filter(({ via }) => via !== undefined).length,
    rtnetlink.neighbours().filter(({ state }) => state === "permanent").length,
    rtnetlink.fdb().filter(({ destination }) => destination !== undefined).length,
  ];
  rtnetlink.apply([
    addressAdd("br0", address),
    routeReplace(route),
    neighbourReplace("br0", neighbour),
    fdbAppend("vx", entry),
  ]);
  t.deepEqual(counts(), [1, 1, 1, 1]);
  rtnetlink.apply([
    fdbDelete("vx", entry),
    neighbourDelete("br0", neighbour),
    routeDelete(route),
    addressDelete("br0", address),
  ]);
  t.deepEqual(counts(), [0, 0, 0, 0]);
});

test("a link goes down and comes up again", (t) => {
  using netns = Netns.create("rtnl-updown");
  using rtnetlink = Rtnetlink.open(netns);
  rtnetlink.apply([linkAddBridge({ name: "br0", state: "up" })]);
  for (const state of ["down", "up"] as const) {
    rtnetlink.apply([linkSet({ name: "br0", state })]);
    t.is(rtnetlink.linksByName(["br0"])[0]?.up, state === "up");
  }
});
