import test from "ava";
import { datagramDestination } from "./datagram-destination.ts";

const rows = [
  { title: "a bound socket's own", given: ["192.168.0.11", "10.244.1.2", []], to: "192.168.0.11" },
  {
    title: "a pod's only address",
    given: ["0.0.0.0", "10.244.1.2", ["10.244.2.2"]],
    to: "10.244.2.2",
  },
  {
    title: "the one of the client's family",
    given: ["::", "10.244.1.2", ["10.244.2.2", "fd00::2"]],
    to: "10.244.2.2",
  },
  {
    title: "loopback, from loopback",
    given: ["0.0.0.0", "127.0.0.1", ["10.244.2.2"]],
    to: "127.0.0.1",
  },
  {
    title: "unknown where there are several",
    given: ["0.0.0.0", "10.244.1.2", ["192.168.0.1", "203.0.113.1"]],
    to: "0.0.0.0",
  },
] as const;

for (const {
  title,
  given: [bound, from, own],
  to,
} of rows) {
  test(`a datagram was sent to: ${title}`, (t) => {
    t.is(datagramDestination(bound, from, own), to);
  });
}
