import { execFileSync } from "node:child_process";
import test from "ava";
import { Rtnetlink } from "../../src/kernel/devices/rtnetlink.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { netnsNamed } from "../../src/kernel/netns-by-name.ts";
import { applyPlan, applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import { awaitCarriers } from "../../src/kernel/plan/carriers.ts";
import type { NetnsPlan } from "../../src/kernel/plan/plan.ts";
import { readSysctl } from "../../src/kernel/sysctl.ts";
import { cidr } from "../../src/net/cidr.ts";
import { ipAddress } from "../../src/net/ip-address.ts";
import { type MacAddress, parseMacAddress } from "../../src/net/mac-address.ts";
import { isMade } from "../fallback-tunnels.ts";
import { patience } from "../patience.ts";

// Its callers write six pairs of hex digits.
const mac = (text: string): MacAddress => parseMacAddress(text) as MacAddress;

const NO_IPV6 = {
  "net/ipv6/conf/all/disable_ipv6": "1",
};

/** Namespaces of these names, applied to and ready to send, then looked at by `look`. */
async function withPlans(
  plans: readonly NetnsPlan[],
  look: (netnsByName: Map<string, Netns>) => void,
): Promise<void> {
  const netnsByName = new Map(plans.map(({ netns }) => [netns, Netns.create(netns)]));
  try {
    applyPlans(plans, netnsByName);
    await awaitCarriers(plans, netnsByName, patience(30_000));
    look(netnsByName);
  } finally {
    for (const netns of netnsByName.values()) netns[Symbol.dispose]();
  }
}

/** What a tool prints as JSON, in a netns. */
// biome-ignore lint/suspicious/noExplicitAny: JSON of other programs, compared field by field.
function shown(netns: string, command: string): any[] {
  const [program = "", ...rest] = command.split(" ");
  return JSON.parse(
    execFileSync(program, ["-n", netns, "-j", ...rest], { encoding: "utf8" }) || "[]",
  );
}

/** The fields of `wanted` only, so that a comparison shows what differs. */
function pick(from: Record<string, unknown> | undefined, wanted: object): unknown {
  return Object.fromEntries(
    Object.entries(wanted).map(([key, value]) => {
      const found = from?.[key];
      return [key, isObject(value) && isObject(found) ? pick(found, value) : found];
    }),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Case {
  readonly title: string;
  readonly plans: readonly NetnsPlan[];
  /** A netns, a command, and an entry that its output must have, with at least these fields. */
  readonly shows: ReadonlyArray<readonly [netns: string, command: string, entry: object]>;
}

const cases: readonly Case[] = [
  {
    title: "a veth has both ends up, each with its name, MAC and MTU",
    plans: [
      {
        netns: "veth-a",
        links: [
          {
            type: "veth",
            name: "va",
            mac: mac("02:00:00:00:00:0a"),
            mtu: 1400,
            peer: { name: "vb", netns: "veth-b", mac: mac("02:00:00:00:00:0b"), mtu: 1300 },
          },
        ],
      },
      { netns: "veth-b" },
    ],
    shows: [
      [
        "veth-a",
        "ip -d link",
        {
          ifname: "va",
          operstate: "UP",
          mtu: 1400,
          address: "02:00:00:00:00:0a",
          linkinfo: { info_kind: "veth" },
        },
      ],
      [
        "veth-b",
        "ip -d link",
        {
          ifname: "vb",
          mtu: 1300,
          address: "02:00:00:00:00:0b",
        },
      ],
    ],
  },
  {
    title: "a device stays down when it is told to",
    plans: [
      {
        netns: "down-a",
        links: [
          {
            type: "veth",
            name: "va",
            state: "down",
            peer: { name: "vb", netns: "down-b", state: "down" },
          },
        ],
      },
      { netns: "down-b" },
    ],
    shows: [
      ["down-a", "ip link", { ifname: "va", flags: ["BROADCAST", "MULTICAST"] }],
      ["down-b", "ip link", { ifname: "vb", flags: ["BROADCAST", "MULTICAST"] }],
    ],
  },
  {
    title: "a bridge forwards at once, and its ports are hairpin and isolated as planned",
    plans: [
      {
        netns: "bridge-a",
        links: [
          { type: "bridge", name: "cni0", nfCallIptables: true, mac: mac("02:00:00:00:00:01") },
          {
            type: "veth",
            name: "p1",
            master: "cni0",
            hairpin: true,
            peer: { name: "eth0", netns: "bridge-b" },
          },
          {
            type: "veth",
            name: "p2",
            master: "cni0",
            isolated: true,
            peer: { name: "eth1", netns: "bridge-b" },
          },
        ],
      },
      { netns: "bridge-b" },
    ],
    shows: [
      [
        "bridge-a",
        "ip -d link",
        {
          ifname: "cni0",
          address: "02:00:00:00:00:01",
          linkinfo: {
            info_kind: "bridge",
            info_data: { forward_delay: 0, stp_state: 0, nf_call_iptables: 1 },
          },
        },
      ],
      [
        "bridge-a",
        "ip -d link",
        {
          ifname: "p1",
          master: "cni0",
          linkinfo: {
            info_slave_kind: "bridge",
            info_slave_data: { state: "forwarding", hairpin: true, isolated: false },
          },
        },
      ],
      [
        "bridge-a",
        "ip -d link",
        { ifname: "p2", linkinfo: { info_slave_data: { hairpin: false, isolated: true } } },
      ],
    ],
  },
  {
    title: "the peer of a veth becomes a port of a bridge in its own netns",
    plans: [
      {
        netns: "peer-a",
        links: [
          {
            type: "veth",
            name: "eth0",
            peer: { name: "port", netns: "peer-b", master: "underlay", hairpin: true },
          },
        ],
      },
      { netns: "peer-b", links: [{ type: "bridge", name: "underlay" }] },
    ],
    shows: [
      [
        "peer-b",
        "ip -d link",
        {
          ifname: "port",
          master: "underlay",
          linkinfo: { info_slave_data: { hairpin: true } },
        },
      ],
    ],
  },
  {
    title: "a VXLAN device as flannel makes it",
    plans: [
      {
        netns: "vxlan-a",
        sysctls: NO_IPV6,
        links: [
          { type: "veth", name: "eth0", peer: { name: "eth0", netns: "vxlan-b" } },
          {
            type: "vxlan",
            name: "flannel.1",
            vni: 1,
            port: 8472,
            local: ipAddress("192.168.0.1"),
            device: "eth0",
            learning: false,
            mac: mac("02:00:00:00:01:01"),
            mtu: 1450,
          },
        ],
        addresses: [
          { device: "eth0", address: cidr("192.168.0.1/24") },
          { device: "flannel.1", address: cidr("10.244.0.0/32") },
        ],
        routes: [
          {
            to: cidr("10.244.1.0/24"),
            via: ipAddress("10.244.1.0"),
            device: "flannel.1",
            onlink: true,
          },
        ],
        neighbours: [
          { device: "flannel.1", address: ipAddress("10.244.1.0"), mac: mac("02:00:00:00:01:02") },
        ],
        fdb: [
          {
            device: "flannel.1",
            mac: mac("02:00:00:00:01:02"),
            destination: ipAddress("192.168.0.2"),
          },
        ],
      },
      { netns: "vxlan-b", sysctls: NO_IPV6 },
    ],
    shows: [
      [
        "vxlan-a",
        "ip -d link",
        {
          ifname: "flannel.1",
          mtu: 1450,
          address: "02:00:00:00:01:01",
          linkinfo: {
            info_kind: "vxlan",
            info_data: {
              id: 1,
              port: 8472,
              local: "192.168.0.1",
              link: "eth0",
              learning: false,
              udp_csum: true,
            },
          },
        },
      ],
      [
        "vxlan-a",
        "ip route",
        { dst: "10.244.1.0/24", gateway: "10.244.1.0", dev: "flannel.1", flags: ["onlink"] },
      ],
      [
        "vxlan-a",
        "ip neigh",
        { dst: "10.244.1.0", lladdr: "02:00:00:00:01:02", state: ["PERMANENT"] },
      ],
      [
        "vxlan-a",
        "bridge fdb show",
        {
          mac: "02:00:00:00:01:02",
          ifname: "flannel.1",
          dst: "192.168.0.2",
          flags: ["self"],
          state: "permanent",
        },
      ],
    ],
  },
  {
    title:
      "VXLAN devices as Weave's fast datapath would have them: other VNIs out, no checksum, DF, flooding",
    plans: [
      {
        netns: "weave-a",
        sysctls: NO_IPV6,
        links: [
          { type: "bridge", name: "datapath" },
          {
            type: "vxlan",
            name: "vx12",
            vni: 0x1002,
            port: 6784,
            learning: false,
            udpChecksum: false,
            ttl: 64,
            dontFragment: true,
            master: "datapath",
            isolated: true,
          },
        ],
        fdb: [
          {
            device: "vx12",
            mac: mac("00:00:00:00:00:00"),
            destination: ipAddress("192.168.0.2"),
            vni: 0x2001,
          },
          {
            device: "vx12",
            mac: mac("00:00:00:00:00:00"),
            destination: ipAddress("192.168.0.3"),
            vni: 0x3001,
          },
        ],
      },
    ],
    shows: [
      [
        "weave-a",
        "ip -d link",
        {
          ifname: "vx12",
          master: "datapath",
          linkinfo: {
            info_data: { id: 0x1002, port: 6784, udp_csum: false, ttl: 64, df: "set" },
            info_slave_data: { isolated: true },
          },
        },
      ],
      ["weave-a", "bridge fdb show", { mac: "00:00:00:00:00:00", dst: "192.168.0.2", vni: 0x2001 }],
      ["weave-a", "bridge fdb show", { mac: "00:00:00:00:00:00", dst: "192.168.0.3", vni: 0x3001 }],
    ],
  },
  {
    title: "routes of all kinds",
    plans: [
      {
        netns: "route-a",
        links: [
          { type: "existing", name: "lo" },
          { type: "veth", name: "eth0", peer: { name: "eth0", netns: "route-b" } },
        ],
        addresses: [
          { device: "eth0", address: cidr("192.168.0.1/24") },
          { device: "eth0", address: cidr("169.254.7.7/32"), scope: "link" },
          { device: "eth0", address: cidr("2001:db8::1/64") },
        ],
        routes: [
          { to: cidr("169.254.1.1/32"), device: "eth0", scope: "link" },
          { via: ipAddress("169.254.1.1"), device: "eth0" },
          {
            to: cidr("10.1.0.0/16"),
            via: ipAddress("192.168.0.2"),
            source: ipAddress("192.168.0.1"),
            metric: 32,
            protocol: 12,
            mtu: 1400,
          },
          { to: cidr("10.2.0.0/26"), type: "blackhole", protocol: 80 },
          { to: cidr("10.3.0.0/16"), type: "unreachable" },
          { to: cidr("10.4.0.0/16"), type: "prohibit" },
          { to: cidr("2001:db8:1::/48"), via: ipAddress("2001:db8::2") },
        ],
      },
      { netns: "route-b" },
    ],
    shows: [
      ["route-a", "ip address", { ifname: "lo", operstate: "UNKNOWN" }],
      ["route-a", "ip route", { dst: "169.254.1.1", dev: "eth0", scope: "link" }],
      ["route-a", "ip route", { dst: "default", gateway: "169.254.1.1", dev: "eth0" }],
      [
        "route-a",
        "ip route",
        {
          dst: "10.1.0.0/16",
          gateway: "192.168.0.2",
          prefsrc: "192.168.0.1",
          metric: 32,
          protocol: "bird",
        },
      ],
      ["route-a", "ip -d route", { type: "blackhole", dst: "10.2.0.0/26", protocol: "80" }],
      ["route-a", "ip route", { type: "unreachable", dst: "10.3.0.0/16" }],
      ["route-a", "ip route", { type: "prohibit", dst: "10.4.0.0/16" }],
      ["route-a", "ip -6 route", { dst: "2001:db8:1::/48", gateway: "2001:db8::2" }],
    ],
  },
];

for (const { title, plans, shows } of cases) {
  test(title, async (t) => {
    await withPlans(plans, () => {
      for (const [netns, command, entry] of shows) {
        const entries = shown(netns, command);
        const key = Object.keys(entry).slice(0, command.startsWith("bridge") ? 3 : 1);
        const same = (each: Record<string, unknown>): boolean =>
          key.every((name) => each[name] === (entry as Record<string, unknown>)[name]);
        t.deepEqual(pick(entries.find(same), entry), entry, `${netns}: ${command}`);
      }
    });
  });
}

test("both ends of a veth are up and have a carrier, and so is a peer that became a port", async (t) => {
  const plans: readonly NetnsPlan[] = [
    {
      netns: "up-a",
      links: [
        { type: "veth", name: "eth0", peer: { name: "peer", netns: "up-b" } },
        { type: "veth", name: "eth1", peer: { name: "port", netns: "up-b", master: "br0" } },
      ],
    },
    { netns: "up-b", links: [{ type: "bridge", name: "br0" }] },
  ];
  await withPlans(plans, (netnsByName) => {
    for (const [netns, names] of [
      ["up-a", ["eth0", "eth1"]],
      ["up-b", ["peer", "port"]],
    ] as const) {
      using rtnetlink = Rtnetlink.open(netnsNamed(netnsByName, netns));
      for (const { name, up, carrier } of rtnetlink.linksByName(names)) {
        t.deepEqual({ name, up, carrier }, { name, up: true, carrier: true });
      }
    }
  });
});

test("offloads are off at the ends that say so, and only there", async (t) => {
  const plans: readonly NetnsPlan[] = [
    {
      netns: "offload-a",
      links: [
        { type: "veth", name: "off", offload: "off", peer: { name: "on", netns: "offload-b" } },
        { type: "veth", name: "on", peer: { name: "off", netns: "offload-b", offload: "off" } },
      ],
    },
    { netns: "offload-b" },
  ];
  await withPlans(plans, (netnsByName) => {
    for (const netns of netnsByName.values()) {
      for (const device of ["on", "off"]) {
        const shown = netns.enter(() =>
          execFileSync("ethtool", ["-k", device], { encoding: "utf8" }),
        );
        for (const feature of [
          "tx-checksumming",
          "tx-tcp-segmentation",
          "tx-tcp6-segmentation",
          "generic-segmentation-offload",
          "generic-receive-offload",
        ]) {
          // GRO is off by default.
          const expected = feature === "generic-receive-offload" ? "off" : device;
          t.true(shown.includes(`${feature}: ${expected}`), `${netns.name}: ${device}: ${feature}`);
        }
      }
    }
  });
});

test("a route's MTU and an address's scope arrive as they were planned", async (t) => {
  const plan: NetnsPlan = {
    netns: "mtu",
    links: [{ type: "bridge", name: "br" }],
    addresses: [{ device: "br", address: cidr("192.168.0.1/24"), scope: "link" }],
    routes: [{ to: cidr("10.1.0.0/16"), via: ipAddress("192.168.0.2"), mtu: 1400 }],
  };
  await withPlans([plan], (netnsByName) => {
    using rtnetlink = Rtnetlink.open(netnsNamed(netnsByName, "mtu"));
    const route = rtnetlink.routes().find(({ via }) => via !== undefined);
    t.is(route?.mtu, 1400);
    t.is(route?.device, "br");
    t.deepEqual(
      rtnetlink
        .addresses()
        .map(({ device, address, scope }) => ({ device, address, scope }))
        .filter(({ device }) => device === "br")
        .slice(0, 1),
      [{ device: "br", address: cidr("192.168.0.1/24"), scope: "link" }],
    );
  });
});

test("IPv6 is off before the first device exists, so that none has a link-local address", async (t) => {
  const links: NetnsPlan["links"] = [
    { type: "veth", name: "eth0", peer: { name: "eth0", netns: "six-b" } },
  ];
  await withPlans(
    [
      { netns: "six-a", sysctls: NO_IPV6, links },
      { netns: "six-b", sysctls: NO_IPV6 },
    ],
    () => {
      for (const netns of ["six-a", "six-b"]) t.deepEqual(shown(netns, "ip -6 address"), []);
    },
  );
});

test("sysctls of a device are written once it is there", async (t) => {
  const plan: NetnsPlan = {
    netns: "sysctl",
    sysctls: { "net/ipv4/ip_forward": "1" },
    links: [{ type: "bridge", name: "br.1" }],
    deviceSysctls: { "net/ipv4/conf/br.1/proxy_arp": "1" },
  };
  await withPlans([plan], (netnsByName) => {
    for (const path of ["net/ipv4/conf/br.1/proxy_arp", "net/ipv4/ip_forward"]) {
      t.is(readSysctl(netnsNamed(netnsByName, "sysctl"), path), "1");
    }
  });
});

test("devices are made in the order of the plans and their links", async (t) => {
  const links: NetnsPlan["links"] = [
    { type: "bridge", name: "first" },
    { type: "veth", name: "second", master: "first", peer: { name: "third", netns: "order" } },
    { type: "bridge", name: "fourth" },
  ];
  await withPlans([{ netns: "order", links }], () => {
    // Its peer gets its number before the veth itself.
    t.deepEqual(
      shown("order", "ip link")
        .toSorted((a, b) => a.ifindex - b.ifindex)
        .map(({ ifname }) => ifname)
        .filter(isMade),
      ["lo", "first", "third", "second", "fourth"],
    );
  });
});

interface Refusal {
  readonly title: string;
  readonly plan: Omit<NetnsPlan, "netns">;
  readonly message: RegExp;
}

const bridge = { type: "bridge", name: "br0" } as const;

const refusals: readonly Refusal[] = [
  {
    title: "a device twice",
    plan: { links: [bridge, bridge] },
    message: /^RTM_NEWLINK br0 in netns N: EEXIST \(file exists\)$/,
  },
  {
    title: "an address twice",
    plan: {
      links: [bridge],
      addresses: [
        { device: "br0", address: cidr("10.0.0.1/24") },
        { device: "br0", address: cidr("10.0.0.1/24") },
      ],
    },
    // What newer kernels say in words, older ones (6.1) say by the number alone.
    message:
      /^RTM_NEWADDR 10\.0\.0\.1\/24 dev br0 in netns N: EEXIST \((?:.*[Aa]ddress already assigned.*|file exists)\)$/,
  },
  {
    title: "an address of a device that is not there",
    plan: { addresses: [{ device: "eth7", address: cidr("10.0.0.1/24") }] },
    message: /^find device eth7 in netns N: ENODEV \(no such device\)$/,
  },
  {
    title: "a master that is not there",
    plan: { links: [{ type: "bridge", name: "a", master: "b" }] },
    message: /^find device b in netns N: ENODEV/,
  },
  {
    title: "a gateway that no subnet has",
    plan: { links: [bridge], routes: [{ to: cidr("10.1.0.0/16"), via: ipAddress("10.0.0.1") }] },
    message:
      /^RTM_NEWROUTE 10\.1\.0\.0\/16 via 10\.0\.0\.1 in netns N: ENETUNREACH \(Nexthop has invalid gateway\)$/,
  },
  {
    title: "a master that is no bridge",
    plan: {
      links: [
        bridge,
        { type: "vxlan", name: "vx", vni: 1, port: 1, learning: true },
        { type: "existing", name: "br0", master: "vx" },
      ],
    },
    message: /^RTM_SETLINK br0 in netns N: EOPNOTSUPP/,
  },
  {
    title: "a sysctl that is not there",
    plan: { sysctls: { "net/ipv4/no_such": "1" } },
    message: /^write sysctl net\/ipv4\/no_such=1 in netns N: ENOENT \(no such file or directory\)$/,
  },
  {
    title: "a value that a sysctl does not take",
    plan: { sysctls: { "net/ipv4/ip_forward": "x" } },
    message: /^write sysctl net\/ipv4\/ip_forward=x in netns N: EINVAL \(invalid argument\)$/,
  },
  {
    title: "a name of sixteen bytes",
    plan: { links: [{ type: "bridge", name: "sixteen-bytes-br" }] },
    message: /^a device's name has 1\.\.15 bytes, not "sixteen-bytes-br"$/,
  },
  {
    title: "a netns that is not there",
    plan: { links: [{ type: "veth", name: "a", peer: { name: "b", netns: "absent" } }] },
    message: /^a plan names the netns absent, which is not there$/,
  },
];

for (const [index, { title, plan, message }] of refusals.entries()) {
  test(`refused, and said what and where: ${title}`, (t) => {
    using netns = Netns.create(`refused${index}`);
    const expected = new RegExp(message.source.replace("netns N", `netns ${netns.name}`));
    t.throws(() => applyPlan({ netns: netns.name, ...plan }, new Map([[netns.name, netns]])), {
      message: expected,
    });
  });
}

test("of several requests sent together, the one that failed is named", (t) => {
  using netns = Netns.create("several");
  const links = Array.from(
    { length: 300 },
    (_, index) => ({ type: "bridge", name: `br${index}` }) as const,
  );
  const duplicate = { type: "bridge", name: "br0" } as const;
  t.throws(
    () =>
      applyPlan(
        { netns: "several", links: [...links.slice(0, 200), duplicate, ...links.slice(200)] },
        new Map([["several", netns]]),
      ),
    { message: "RTM_NEWLINK br0 in netns several: EEXIST (file exists)" },
  );
});

test("lists agree with a plan, by name", async (t) => {
  const plans: readonly NetnsPlan[] = [
    {
      netns: "list-a",
      sysctls: NO_IPV6,
      links: [
        { type: "bridge", name: "br0", mac: mac("02:00:00:00:00:99") },
        {
          type: "veth",
          name: "port",
          master: "br0",
          hairpin: true,
          peer: { name: "eth0", netns: "list-b" },
        },
        {
          type: "vxlan",
          name: "vx",
          vni: 42,
          port: 4789,
          learning: true,
          local: ipAddress("10.0.0.1"),
        },
      ],
      addresses: [{ device: "br0", address: cidr("10.0.0.1/24") }],
      neighbours: [
        { device: "br0", address: ipAddress("10.0.0.9"), mac: mac("02:00:00:00:00:09") },
      ],
      fdb: [{ device: "vx", mac: mac("02:00:00:00:00:08"), destination: ipAddress("10.0.0.8") }],
    },
    { netns: "list-b", sysctls: NO_IPV6 },
  ];
  await withPlans(plans, (netnsByName) => {
    using rtnetlink = Rtnetlink.open(netnsNamed(netnsByName, "list-a"));
    const links = rtnetlink.links();
    const link = (name: string): (typeof links)[number] | undefined =>
      links.find((each) => each.name === name);
    t.deepEqual(
      links.filter(({ name }) => isMade(name)).map(({ name, kind }) => [name, kind]),
      [
        ["lo", undefined],
        ["br0", "bridge"],
        ["port", "veth"],
        ["vx", "vxlan"],
      ],
    );
    t.is(link("port")?.masterIndex, link("br0")?.index);
    t.deepEqual(link("port")?.port, { hairpin: true, isolated: false });
    t.is(link("br0")?.mac, mac("02:00:00:00:00:99"));
    t.like(link("vx")?.vxlan, {
      vni: 42,
      port: 4789,
      learning: true,
      local: ipAddress("10.0.0.1"),
      udpChecksum: true,
    });
    t.deepEqual(
      rtnetlink.linksByName(["vx", "lo"]).map(({ name }) => name),
      ["vx", "lo"],
    );
    const [neighbour] = rtnetlink.neighbours().filter(({ state }) => state === "permanent");
    t.like(neighbour, {
      device: "br0",
      address: ipAddress("10.0.0.9"),
      mac: mac("02:00:00:00:00:09"),
    });
    const [entry] = rtnetlink
      .fdb()
      .filter(({ device, destination }) => device === "vx" && destination !== undefined);
    t.like(entry, {
      mac: mac("02:00:00:00:00:08"),
      destination: ipAddress("10.0.0.8"),
      permanent: true,
    });
  });
});
