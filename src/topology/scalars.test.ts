import test from "ava";
import {
  parseDurationMs,
  parseListener,
  parsePortRange,
  parseRate,
  parseShare,
} from "./scalars.ts";

interface Table {
  readonly what: string;
  readonly parse: (text: string) => unknown;
  readonly rows: ReadonlyArray<readonly [string, unknown]>;
}

const tables: readonly Table[] = [
  {
    what: "duration",
    parse: parseDurationMs,
    rows: [
      ["250ms", 250],
      ["5s", 5000],
      ["1.5s", 1500],
      ["1m30s", 90_000],
      ["24h0m0s", 86_400_000],
      ["0", 0],
      ["0s", 0],
      ["5", undefined],
      ["5 s", undefined],
      ["", undefined],
      ["-1s", undefined],
      ["1.2.3s", undefined],
    ],
  },
  {
    what: "rate",
    parse: parseRate,
    rows: [
      ["10mbit", 10_000_000],
      ["1.5gbit", 1_500_000_000],
      ["125kbps", 1_000_000],
      ["10Mbit", 10_000_000],
      ["0mbit", undefined],
      ["10", undefined],
      ["10 mbit", undefined],
    ],
  },
  {
    what: "share",
    parse: parseShare,
    rows: [
      ["10%", 0.1],
      ["100%", 1],
      ["0%", 0],
      ["101%", undefined],
      ["0.1", undefined],
    ],
  },
  {
    what: "port range",
    parse: parsePortRange,
    rows: [
      ["30000-32767", { first: 30_000, last: 32_767 }],
      ["80-80", { first: 80, last: 80 }],
      ["2-1", undefined],
      ["1-70000", undefined],
      ["80", undefined],
      ["1-2-3", undefined],
    ],
  },
  {
    what: "listener",
    parse: parseListener,
    rows: [
      ["tcp/80", { protocol: "TCP", port: 80 }],
      ["UDP/53", { protocol: "UDP", port: 53 }],
      ["sctp/80", undefined],
      ["tcp/0", undefined],
      ["80", undefined],
    ],
  },
];

for (const { what, parse, rows } of tables) {
  for (const [text, value] of rows) {
    test(`${what} \`${text}\` is ${value === undefined ? "refused" : JSON.stringify(value)}`, (t) => {
      t.deepEqual(parse(text), value);
    });
  }
}
