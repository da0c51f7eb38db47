import test from "ava";
import { parseCpuinfo } from "./host-tsc.ts";

const cases = [
  {
    title: "of the first processor",
    text: "model name\t: x\ncpu MHz\t\t: 2596.130\n\ncpu MHz\t\t: 800.000\n",
    kHz: 2_596_130,
  },
  {
    title: "unknown where there is none",
    text: "processor\t: 0\nFeatures\t: fp asimd\n",
    kHz: undefined,
  },
];

for (const { title, text, kHz } of cases) {
  test(`the frequency in /proc/cpuinfo: ${title}`, (t) => {
    t.is(parseCpuinfo(text), kHz);
  });
}
