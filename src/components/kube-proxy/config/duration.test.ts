import test from "ava";
import { parseGoDuration } from "./duration.ts";

const cases: ReadonlyArray<{ text: string; want: number | undefined }> = [
  { text: "30s", want: 30_000 },
  { text: "1h30m", want: 5_400_000 },
  { text: "24h0m0s", want: 86_400_000 },
  { text: "100ms", want: 100 },
  { text: "1.5s", want: 1_500 },
  { text: "0", want: 0 },
  { text: "0s", want: 0 },
  { text: "30", want: undefined },
  { text: "-1s", want: undefined },
  { text: "1 s", want: undefined },
  { text: "", want: undefined },
];
for (const { text, want } of cases) {
  test(`duration ${JSON.stringify(text)} is ${want} ms`, (t) => {
    t.is(parseGoDuration(text), want);
  });
}
