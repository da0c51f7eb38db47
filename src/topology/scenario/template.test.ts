import test from "ava";
import { formatWhere } from "../where/format-where.ts";
import { fillTemplate, parseTemplate } from "./template.ts";

test("a template is text and places, each with its offset", (t) => {
  const parsed = parseTemplate(`ip.dst == \${svc/vote/redis} && ip.src != \${node/node01:cni0}`);
  if (!parsed.ok) return t.fail();
  const { parts } = parsed.value;
  t.deepEqual(
    parts.map((part) => (part.type === "text" ? part.text : [part.offset, part.length])),
    ["ip.dst == ", [10, 17], " && ip.src != ", [41, 19]],
  );
});

test("a template is filled with addresses", (t) => {
  const parsed = parseTemplate(`ip.addr == \${host/laptop}`);
  if (!parsed.ok) return t.fail();
  const filled = fillTemplate(parsed.value, ({ where }) => `<${formatWhere(where)}>`);
  t.is(filled, "ip.addr == <host/laptop>");
});

test("text without places is one part", (t) => {
  const parsed = parseTemplate("tcp.dstport == 80 && $x");
  t.deepEqual(parsed as unknown, {
    ok: true,
    value: {
      text: "tcp.dstport == 80 && $x",
      parts: [{ type: "text", text: "tcp.dstport == 80 && $x" }],
    },
  });
});

test("a template that is nothing but a place is that place", (t) => {
  const parsed = parseTemplate(`\${deploy/vote/vote}`);
  if (!parsed.ok) return t.fail();
  t.deepEqual(
    parsed.value.parts.map((part) => part.type === "reference" && formatWhere(part.place.where)),
    ["deploy/vote/vote"],
  );
});

const refused = [
  { text: `a \${}`, offset: 4 },
  { text: `a \${node/n`, offset: 2 },
  { text: `a \${www.example.org}`, offset: 4 },
  { text: `a \${svc/x:80}`, offset: 4 },
];

for (const { text, offset } of refused) {
  test(`${text} is refused, at the place`, (t) => {
    const parsed = parseTemplate(text);
    t.is(parsed.ok ? undefined : parsed.faults[0]?.offset, offset);
  });
}

test("every bad place of a template is a fault of its own", (t) => {
  const parsed = parseTemplate(`\${a.b} \${c.d}`);
  t.is(parsed.ok ? 0 : parsed.faults.length, 2);
});
