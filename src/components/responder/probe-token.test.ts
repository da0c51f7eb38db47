import test from "ava";
import fc from "fast-check";
import { ProbeTokenScanner, probeIdsIn } from "./probe-token.ts";

const cases = [
  { title: "a line", sent: "podwire-probe 5f3a\n", ids: ["5f3a"] },
  { title: "a line of a terminal", sent: "podwire-probe 5f3a\r\n", ids: ["5f3a"] },
  { title: "two lines", sent: "podwire-probe a\npodwire-probe b\n", ids: ["a", "b"] },
  { title: "a line among others", sent: "hello\npodwire-probe a\nbye\n", ids: ["a"] },
  { title: "a line that has not ended", sent: "podwire-probe a", ids: [] },
  { title: "no id", sent: "podwire-probe \n", ids: [] },
  { title: "two words", sent: "podwire-probe a b\n", ids: [] },
  { title: "an id of 65 bytes", sent: `podwire-probe ${"x".repeat(65)}\n`, ids: [] },
  { title: "something else", sent: "podwire-prober a\n", ids: [] },
];

for (const { title, sent, ids } of cases) {
  test(`tokens in ${title}`, (t) => {
    t.deepEqual(new ProbeTokenScanner().push(Buffer.from(sent)), ids);
  });

  test(`tokens in ${title}, byte by byte`, (t) => {
    const scanner = new ProbeTokenScanner();
    t.deepEqual(
      Array.from(Buffer.from(sent), (byte) => Buffer.of(byte)).flatMap((b) => scanner.push(b)),
      ids,
    );
  });
}

test("tokens are found however the stream is cut", (t) => {
  const stream = Buffer.from("x\npodwire-probe one\nnoise podwire\npodwire-probe two\n");
  fc.assert(
    fc.property(fc.array(fc.nat(stream.length)), (cuts) => {
      const scanner = new ProbeTokenScanner();
      const ends = [...new Set([0, ...cuts, stream.length])].sort((x, y) => x - y);
      const found = ends.flatMap((end, index) =>
        scanner.push(stream.subarray(ends[index - 1] ?? 0, end)),
      );
      t.deepEqual(found, ["one", "two"]);
    }),
  );
});

test("a datagram's last line needs no line feed", (t) => {
  t.deepEqual(probeIdsIn(Buffer.from("podwire-probe a")), ["a"]);
  t.deepEqual(probeIdsIn(Buffer.from("podwire-probe a\n")), ["a"]);
  t.deepEqual(probeIdsIn(Buffer.from("hello")), []);
});
