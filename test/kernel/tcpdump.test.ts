import test from "ava";
import { KernelError, ProgramError } from "../../src/base/podwire-error.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { processesIn, spawnIn } from "../../src/kernel/processes/process.ts";
import { type CapturedPacket, startTcpdump } from "../../src/kernel/tcpdump/tcpdump.ts";
import { patient } from "../patience.ts";
import { FrameSender, frameNumber } from "./frame-sender.ts";

/** Joins two netns by a veth, eth0 in both, without addresses or IPv6: nothing talks but the test. */
async function join(a: Netns, b: Netns): Promise<void> {
  for (const end of [a, b]) await sh(end, "sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
  await sh(a, `ip link add eth0 type veth peer name eth0 netns ${b.name}; ip link set eth0 up`);
  await sh(b, "ip link set eth0 up");
}

async function sh(netns: Netns, script: string): Promise<void> {
  await spawnIn({ netns }, "sh", ["-ec", script]);
}

function collect(): { packets: CapturedPacket[]; onPacket: (packet: CapturedPacket) => void } {
  const packets: CapturedPacket[] = [];
  return { packets, onPacket: (packet) => packets.push(packet) };
}

const numbers = (packets: readonly CapturedPacket[]): Array<number | undefined> =>
  packets.map(({ data }) => frameNumber(data));
const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

for (const { side, title } of [
  { side: "near", title: "goes out of" },
  { side: "far", title: "comes in at" },
] as const) {
  test(`in 1,000 rounds, nothing that ${title} the device is lost or cut`, async (t) => {
    t.timeout(patient(120_000));
    using near = Netns.create(`rounds-${side}`);
    using far = Netns.create(`rounds-${side}-far`);
    await join(near, far);
    using sender = new FrameSender(near, "eth0");
    for (const start of range(10)) {
      const { packets, onPacket } = collect();
      const capture = await startTcpdump(side === "near" ? near : far, "eth0", { onPacket });
      for (const round of range(100)) {
        packets.length = 0;
        const lengths = range(1 + ((round * 7 + start) % 40)).map((n) => 60 + ((n * 97) % 1455));
        for (const [number, length] of lengths.entries()) sender.send(number, length);
        await capture.drain();
        if (packets.length !== lengths.length) t.log(`start ${start}, round ${round}`);
        t.deepEqual(numbers(packets), range(lengths.length));
        t.deepEqual(
          packets.map(({ data, originalLength }) => [data.byteLength, originalLength]),
          lengths.map((length) => [length, length]),
        );
      }
      t.like(await capture.stop(), { droppedByKernel: 0 });
    }
  });
}

test("what another program has sent before it ends is there after a drain", async (t) => {
  using near = Netns.create("program");
  using far = Netns.create("program-far");
  await join(near, far);
  await sh(far, "ip addr add 192.168.0.1/24 dev eth0");
  await sh(far, "ip neigh add 192.168.0.2 lladdr 02:00:00:00:00:02 dev eth0");
  const { packets, onPacket } = collect();
  await using capture = await startTcpdump(near, "eth0", { onPacket, snapLength: 256 });
  const send = `
    const socket = require("dgram").createSocket("udp4");
    let left = 2000;
    const next = () => (left-- > 0 ? socket.send("x", 9, "192.168.0.2", next) : process.exit());
    next();`;
  for (const round of range(5)) {
    packets.length = 0;
    await spawnIn({ netns: far }, process.execPath, ["-e", send]);
    await capture.drain();
    t.is(packets.length, 2000, `round ${round}`);
  }
});

test("a burst larger than any pipe arrives whole and in order, with rising times", async (t) => {
  using near = Netns.create("burst");
  using far = Netns.create("burst-far");
  await join(near, far);
  using sender = new FrameSender(near, "eth0");
  const { packets, onPacket } = collect();
  await using capture = await startTcpdump(far, "eth0", {
    onPacket,
    snapLength: 1514,
    bufferKiB: 32_768,
  });
  for (const number of range(5000)) sender.send(number, 1514);
  t.deepEqual(await capture.stop(), { delivered: 5000, droppedByKernel: 0 });
  t.deepEqual(numbers(packets), range(5000));
  const times = packets.map(({ timestampNs }) => timestampNs);
  t.true(times.every((time, index) => index === 0 || time >= (times[index - 1] ?? 0n)));
  // Microseconds alone would all end in three zeros.
  t.true(times.some((time) => time % 1000n !== 0n));
});

test("a buffer that is too small is no secret", async (t) => {
  using near = Netns.create("drop");
  using far = Netns.create("drop-far");
  await join(near, far);
  using sender = new FrameSender(near, "eth0");
  const { onPacket } = collect();
  await using capture = await startTcpdump(far, "eth0", { onPacket, bufferKiB: 128 });
  // One call after the other leaves tcpdump no time to take them.
  for (const number of range(3000)) sender.send(number, 1514);
  const error = await t.throwsAsync(capture.stop(), { instanceOf: ProgramError });
  t.regex(error.message, /capture on eth0 in netns drop-far: the kernel dropped \d+ packets/);
});

test("captures at both ends do not show each other's markers", async (t) => {
  using near = Netns.create("both");
  using far = Netns.create("both-far");
  await join(near, far);
  using sender = new FrameSender(near, "eth0");
  const [atNear, atFar] = [collect(), collect()];
  await using captureNear = await startTcpdump(near, "eth0", atNear);
  await using captureFar = await startTcpdump(far, "eth0", atFar);
  sender.send(1, 100);
  await Promise.all([captureNear.drain(), captureFar.drain(), captureNear.drain()]);
  t.deepEqual([numbers(atNear.packets), numbers(atFar.packets)], [[1], [1]]);
  t.deepEqual(await Promise.all([captureNear.stop(), captureFar.stop()]), [
    { delivered: 1, droppedByKernel: 0 },
    { delivered: 1, droppedByKernel: 0 },
  ]);
});

test("a filter is kept, and lets the marker through", async (t) => {
  using near = Netns.create("filter");
  using far = Netns.create("filter-far");
  await join(near, far);
  using sender = new FrameSender(near, "eth0");
  const { packets, onPacket } = collect();
  const filter = "ether[14:4] = 7 or vlan 5";
  await using capture = await startTcpdump(far, "eth0", { onPacket, filter });
  for (const number of range(20)) sender.send(number, 100);
  await capture.drain();
  t.deepEqual(numbers(packets), [7]);
});

test("a snap length cuts packets and keeps their length", async (t) => {
  using near = Netns.create("snap");
  using far = Netns.create("snap-far");
  await join(near, far);
  using sender = new FrameSender(near, "eth0");
  const { packets, onPacket } = collect();
  await using capture = await startTcpdump(far, "eth0", { onPacket, snapLength: 64 });
  sender.send(1, 1000);
  sender.send(2, 60);
  await capture.drain();
  t.deepEqual(
    packets.map(({ data, originalLength }) => [data.byteLength, originalLength]),
    [
      [64, 1000],
      [60, 60],
    ],
  );
});

const impairments = [
  { title: "is down", break: "ip link set eth0 down" },
  { title: "has no carrier", break: "ip -n impaired-far link set eth0 down" },
  {
    title: "loses all that it is given",
    break: "tc qdisc add dev eth0 root netem loss 100%",
    mayLack: true,
  },
  { title: "is gone", break: "ip link del eth0", gone: true },
];

for (const { title, break: command, gone = false, mayLack = false } of impairments) {
  test.serial(`a capture is drained also when the device ${title}`, async (t) => {
    using near = Netns.create("impaired");
    using far = Netns.create("impaired-far");
    await join(near, far);
    using sender = new FrameSender(far, "eth0");
    const { packets, onPacket } = collect();
    await using capture = await startTcpdump(near, "eth0", { onPacket });
    for (const number of range(50)) sender.send(number, 1000);
    const { failed } = await spawnIn({ netns: near }, "sh", ["-ec", command], { reject: false });
    if (failed) t.log(`this kernel cannot: ${command}`);
    t.is(failed, failed && mayLack);
    await capture.drain();
    t.deepEqual(numbers(packets), range(50));
    if (gone) await capture.ended;
    t.deepEqual(await capture.stop(), { delivered: 50, droppedByKernel: 0 });
  });
}

const devices = [
  { title: "a bridge", device: "br0", make: "ip link add br0 type bridge", linkType: 1 },
  {
    title: "a VXLAN device",
    device: "vx0",
    make: "ip link add vx0 type vxlan id 7 dstport 4789 local 192.168.0.1 remote 192.168.0.2",
    linkType: 1,
  },
  { title: "lo", device: "lo", make: "true", linkType: 1 },
  {
    title: "a TUN device",
    device: "tun0",
    make: "ip tuntap add tun0 mode tun",
    linkType: 101,
    mayLack: true,
  },
  {
    title: "an IPIP device",
    device: "ipip0",
    make: "ip link add ipip0 type ipip local 192.168.0.1 remote 192.168.0.2",
    linkType: 101,
    mayLack: true,
  },
];

for (const { title, device, make, linkType, mayLack = false } of devices) {
  test(`capture on ${title}`, async (t) => {
    using netns = Netns.create(`device-${device}`);
    const { failed } = await spawnIn({ netns }, "sh", ["-ec", make], { reject: false });
    t.is(failed, failed && mayLack);
    if (failed) {
      t.log(`this kernel or user has none: ${make}`);
      return;
    }
    await sh(netns, `ip link set ${device} up; ip addr add 192.168.7.1/24 dev ${device} || true`);
    const { packets, onPacket } = collect();
    await using capture = await startTcpdump(netns, device, { onPacket, filter: "udp port 9" });
    t.is(capture.linkType, linkType);
    await capture.drain();
    t.deepEqual(packets, []);
    if (device === "lo") {
      const send =
        'require("dgram").createSocket("udp4").send("x", 9, "127.0.0.1", () => process.exit())';
      await spawnIn({ netns }, process.execPath, ["-e", send]);
      await capture.drain();
      t.is(packets.length, 1);
    }
    t.like(await capture.stop(), { droppedByKernel: 0 });
  });
}

test("markers on a bridge with an address of its own do not go out of its ports", async (t) => {
  using near = Netns.create("bridge");
  using far = Netns.create("bridge-far");
  await join(near, far);
  await sh(
    near,
    "ip link add br0 address 02:00:00:00:00:01 type bridge; ip link set eth0 master br0; ip link set br0 up",
  );
  const seen: string[] = [];
  const listen = spawnIn({ netns: far }, "tcpdump", [
    ...["-i", "eth0", "-n", "-l", "--immediate-mode", "-c", "1"],
    ...(process.getuid?.() === 0 ? ["-Z", "root"] : []),
    "ether proto 0x88b5 or ether proto 0x88b6",
  ]);
  await new Promise((resolve) => listen.stderr.once("data", resolve));
  listen.stdout.on("data", (text: string) => seen.push(text));
  const { onPacket } = collect();
  await using capture = await startTcpdump(near, "br0", { onPacket });
  await capture.drain();
  using sender = new FrameSender(near, "br0");
  sender.send(1, 60);
  await listen;
  t.regex(seen.join(""), /0x88b6/);
  t.notRegex(seen.join(""), /0x88b5/);
});

test("a wrong filter, and a device that is not there, are told as such", async (t) => {
  using netns = Netns.create("wrong");
  await sh(netns, "ip link set lo up");
  const { onPacket } = collect();
  const filter = "udp porto 53";
  const error = await t.throwsAsync(startTcpdump(netns, "lo", { onPacket, filter }), {
    instanceOf: ProgramError,
  });
  t.regex(error.message, /tcpdump on lo in netns wrong: .*syntax error/s);
  await t.throwsAsync(startTcpdump(netns, "eth9", { onPacket }), {
    instanceOf: KernelError,
    code: "KERNEL_ENODEV",
  });
});

test("a start that is aborted throws the reason and leaves no tcpdump", async (t) => {
  using netns = Netns.create("aborted");
  await sh(netns, "ip link set lo up");
  const controller = new AbortController();
  const starting = startTcpdump(netns, "lo", { ...collect(), signal: controller.signal });
  const reason = new Error("enough");
  controller.abort(reason);
  t.is(await t.throwsAsync(starting), reason);
  t.deepEqual(processesIn(netns), []);
});
