import test from "ava";
import { isBirdError, parseBirdReply } from "./reply.ts";

const cases: readonly {
  readonly title: string;
  readonly text: string;
  readonly code?: number;
  readonly lines?: readonly string[];
}[] = [
  {
    title: "a greeting",
    text: "0001 BIRD 2.0.12 ready.\n",
    code: 1,
    lines: ["BIRD 2.0.12 ready."],
  },
  {
    title: "a table with lines that carry no number, and an empty last line",
    text: "2002-Name       Proto\n1002-device1    Device\n direct1    Direct\n0000 \n",
    code: 0,
    lines: ["Name       Proto", "device1    Device", "direct1    Direct", ""],
  },
  {
    title: "an error",
    text: "8002 bird.conf:3:1 syntax error\n",
    code: 8002,
    lines: ["bird.conf:3:1 syntax error"],
  },
  { title: "a reply whose end has not come", text: "1002-device1    Device\n" },
  { title: "half a line", text: "0003 Reconf" },
  { title: "nothing", text: "" },
];

for (const { title, text, code, lines } of cases) {
  test(`reads ${title}`, (t) => {
    const reply = parseBirdReply(text);
    t.deepEqual(reply?.lines, lines);
    t.is(reply?.code, code);
    t.is(reply?.length, reply && text.length);
  });
}

test("a reply ends where the next begins", (t) => {
  const text = "0001 BIRD 2.0.12 ready.\n0003 Reconfigured\n";
  const first = parseBirdReply(text);
  t.deepEqual(parseBirdReply(text.slice(first?.length))?.lines, ["Reconfigured"]);
});

for (const { code, is } of [
  { code: 0, is: false },
  { code: 3, is: false },
  { code: 1002, is: false },
  { code: 8002, is: true },
  { code: 9001, is: true },
]) {
  test(`${code} is ${is ? "an" : "no"} error`, (t) => {
    t.is(isBirdError({ code, lines: [], length: 0 }), is);
  });
}
