import test from "ava";
import { type DoctorLine, renderDoctor } from "./doctor-text.ts";

const veth: DoctorLine = { name: "veth", neededBy: ["labs"], state: "ok" };
const ipip: DoctorLine = {
  name: "IPIP",
  neededBy: ["network plugin calico with IPIP"],
  state: "missing",
  said: "Unknown device type",
  fix: "modprobe ipip",
};
const tcpdump: DoctorLine = {
  name: "tcpdump",
  neededBy: ["labs"],
  state: "ok",
  detail: "4.99.3, /usr/bin/tcpdump",
};

const host = { user: "root", kernel: "6.1.0", node: "20.19.0" };

function render(ok: boolean, devices: readonly DoctorLine[]): string {
  const groups = [
    { name: "devices", checks: devices },
    { name: "programs", checks: [tcpdump] },
  ];
  return renderDoctor({ ...host, ok, groups });
}

test("a table per group, what was said and what helps, and the verdict", (t) => {
  t.is(
    render(true, [veth, ipip]),
    `Linux 6.1.0, Node 20.19.0, as root

devices
  ok        veth      labs
  missing   IPIP      network plugin calico with IPIP
            Unknown device type
            modprobe ipip

programs
  ok        tcpdump   labs; 4.99.3, /usr/bin/tcpdump

labs can run here; not, or not wholly: network plugin calico with IPIP
`,
  );
});

const install = {
  debian: "apt-get install iproute2",
  ubuntu: "apt-get install iproute2",
  fedora: "dnf install iproute",
};

const remedies: ReadonlyArray<
  readonly [where: string, distribution: string | undefined, shown: readonly string[]]
> = [
  [
    "on Debian",
    "debian",
    ["apt-get install iproute2", "Ubuntu: the same · Fedora: dnf install iproute"],
  ],
  ["on Fedora", "fedora", ["dnf install iproute", "Debian, Ubuntu: apt-get install iproute2"]],
  [
    "on a distribution that nobody knows",
    undefined,
    ["Debian, Ubuntu: apt-get install iproute2 · Fedora: dnf install iproute"],
  ],
];

for (const [where, distribution, shown] of remedies) {
  test(`${where}, what helps is told for it first, and then for the others`, (t) => {
    const fix = Object.entries(install).find(([name]) => name === distribution)?.[1];
    const line: DoctorLine = {
      name: "tc",
      neededBy: ["impair"],
      state: "missing",
      said: "tc: not installed",
      ...(fix !== undefined && { fix }),
      install,
    };
    const groups = [{ name: "programs", checks: [line] }];
    const text = renderDoctor({ ...host, distribution, ok: true, groups });
    const lines = ["tc: not installed", ...shown].map((each) => `            ${each}\n`);
    t.true(text.includes(`programs\n  missing   tc   impair\n${lines.join("")}\n`), text);
  });
}

test("modules that one package brings: it is named once", (t) => {
  const modules = ["ipip", "vrf"].map(
    (name): DoctorLine => ({
      ...ipip,
      name,
      said: `no module ${name}`,
      fix: install.debian,
      install,
    }),
  );
  const text = render(true, modules);
  t.is(text.match(/apt-get install iproute2/g)?.length, 2, text);
  t.regex(text, /no module ipip\n.*\n.*\n.*vrf.*\n +no module vrf\n\n/);
});

test("the verdict names what labs lack, and nothing else", (t) => {
  const bridge: DoctorLine = { ...veth, name: "bridge", state: "untried" };
  const text = render(false, [{ ...veth, state: "refused", said: "EPERM" }, bridge, ipip]);
  t.is(text.split("\n").at(-2), "labs cannot run here: veth");
});

test("what nothing needs by itself is shown, and is no reproach", (t) => {
  const legacy: DoctorLine = { name: "legacy", neededBy: [], state: "missing", said: "no module" };
  const text = render(true, [veth, legacy]);
  t.regex(text, /^ {2}missing {3}legacy {4}nothing by itself\n {12}no module$/m);
  t.is(text.split("\n").at(-2), "labs can run here, with everything");
});

test("a host with everything is told so", (t) => {
  t.is(render(true, [veth]).split("\n").at(-2), "labs can run here, with everything");
});

test("what holds for one line after the other is said once, and what is missing can be had at once", (t) => {
  const missing = (name: string, fix: string): DoctorLine => ({
    name,
    neededBy: ["impair"],
    state: "missing",
    said: "not installed",
    fix,
  });
  const devices = [
    missing("tc", "apt-get install iproute2"),
    missing("ip", "apt-get install iproute2"),
    missing("ipset", "apt-get install ipset"),
  ];
  const text = render(true, devices);
  t.true(
    text.includes(
      [
        "  missing   tc        impair",
        "            not installed",
        "            apt-get install iproute2",
        "  missing   ip        impair",
        "  missing   ipset     impair",
        "            not installed",
        "            apt-get install ipset",
      ].join("\n"),
    ),
    text,
  );
  t.is(text.split("\n").at(-2), "all missing packages: apt-get install iproute2 ipset");
});
