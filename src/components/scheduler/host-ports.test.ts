import test from "ava";
import { clash, type HostPort, hostPortsOf } from "./host-ports.ts";

const port = (text: string): HostPort => {
  const [protocol = "", address = "", number = ""] = text.split(" ");
  return { protocol, address, port: Number(number) };
};

for (const [a, b, want] of [
  ["TCP 0.0.0.0 80", "TCP 0.0.0.0 80", true],
  ["TCP 0.0.0.0 80", "TCP 127.0.0.1 80", true],
  ["TCP 192.168.0.1 80", "TCP 127.0.0.1 80", false],
  ["TCP 0.0.0.0 80", "UDP 0.0.0.0 80", false],
  ["TCP 0.0.0.0 80", "TCP 0.0.0.0 81", false],
] as const) {
  test(`${a} and ${b} ${want ? "clash" : "go together"}`, (t) => {
    t.is(clash(port(a), port(b)), want);
    t.is(clash(port(b), port(a)), want);
  });
}

test("only ports of the host count, on every address unless one is named", (t) => {
  const named = {
    containerPort: 53,
    hostPort: 5353,
    protocol: "UDP",
    hostIP: "127.0.0.1",
  } as const;
  const ports = [{ containerPort: 8080 }, { containerPort: 80, hostPort: 80 }, named];
  t.deepEqual(hostPortsOf({ containers: [{ name: "c", ports }] }), [
    port("TCP 0.0.0.0 80"),
    port("UDP 127.0.0.1 5353"),
  ]);
});
