import test from "ava";
import { TcpdumpReport } from "./tcpdump-report.ts";

const cases = [
  {
    title: "counts on SIGUSR1 are one line",
    lines: [
      "tcpdump: 10 packets captured, 20 packets received by filter, 1 packet dropped by kernel",
    ],
    last: { type: "counts", counts: { captured: 10, received: 20, dropped: 1 } },
  },
  {
    title: "counts at the end are three",
    lines: ["1 packet captured", "20 packets received by filter", "0 packets dropped by kernel"],
    last: { type: "counts", counts: { captured: 1, received: 20, dropped: 0 } },
  },
  {
    title: "listening, as root",
    lines: [
      "dropped privs to root",
      "tcpdump: listening on lo, link-type EN10MB (Ethernet), snapshot length 262144 bytes",
    ],
    last: { type: "listening" },
  },
  {
    title: "anything else is kept as it is",
    lines: ["tcpdump: eth9: No such device exists"],
    last: { type: "other", text: "tcpdump: eth9: No such device exists" },
  },
];

for (const { title, lines, last } of cases) {
  test(`tcpdump's words: ${title}`, (t) => {
    const report = new TcpdumpReport();
    t.deepEqual(lines.map((line) => report.read(line)).at(-1), last);
  });
}
