import test from "ava";
import fc from "fast-check";
import { decodeProtobuf } from "./decode-protobuf.ts";

/** As kubectl 1.32 sent them. */
const sent = [
  {
    title: "kubectl create deployment web2 --image=nginx --replicas=0 --port=8080",
    hex:
      "6b3873000a150a07617070732f7631120a4465706c6f796d656e7412bd010a210a04776562321200" +
      "1a0022002a003200380042005a0b0a036170701204776562321289010800120d0a0b0a0361707012" +
      "04776562321a6e0a1d0a0012001a0022002a003200380042005a0b0a0361707012047765623212" +
      "4d122f0a056e67696e7812056e67696e782a00320b0a00100018903f22002a0042006a0072008001" +
      "00880100900100a201001a00320042004a0052005800600068008201008a01009a0100c20100" +
      "22020a00280038001a0c0800100018002000280038001a002200",
    object: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web2", labels: { app: "web2" } },
      spec: {
        // A pointer in Go: zero is not nothing.
        replicas: 0,
        selector: { matchLabels: { app: "web2" } },
        template: {
          metadata: { labels: { app: "web2" } },
          spec: {
            containers: [
              { name: "nginx", image: "nginx", ports: [{ containerPort: 8080 }], resources: {} },
            ],
          },
        },
        strategy: {},
      },
      status: {},
    },
  },
  {
    title: "kubectl create service clusterip cs --tcp=80:8080",
    hex:
      "6b3873000a0d0a02763112075365727669636512660a1d0a02637312001a0022002a003200380042" +
      "005a090a0361707012026373" +
      "12410a1b0a0738302d3830383012035443501850220708001" +
      "0903f1a00280012090a03617070120263731a002209436c757374657249503a00420052005a0060006800" +
      "1a020a001a002200",
    object: {
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "cs", labels: { app: "cs" } },
      spec: {
        ports: [{ name: "80-8080", protocol: "TCP", port: 80, targetPort: 8080 }],
        selector: { app: "cs" },
        type: "ClusterIP",
      },
      status: { loadBalancer: {} },
    },
  },
] as const;

for (const { title, hex, object } of sent) {
  test(`the body of: ${title}`, (t) => {
    t.deepEqual(decodeProtobuf(Buffer.from(hex, "hex")), object);
  });
  test(`a body that is cut off is refused, or lacks what was cut off: ${title}`, (t) => {
    const body = Buffer.from(hex, "hex");
    // The last four bytes say nothing: an empty encoding, an empty type.
    for (let length = 0; length < body.byteLength - 4; length++) {
      const decode = (): unknown => decodeProtobuf(body.subarray(0, length));
      try {
        t.notDeepEqual(decode(), object);
      } catch (error) {
        t.true(error instanceof Error && /protobuf|kind/.test(error.message), String(error));
      }
    }
  });
}

test("times, quantities, maps of a telling name, and what newer clients add", (t) => {
  const message = (...parts: readonly number[][]): Buffer => Buffer.from(parts.flat());
  const field = (number: number, contents: readonly number[] | Buffer): number[] => [
    number * 8 + 2,
    contents.length,
    ...contents,
  ];
  const text = (words: string): number[] => [...Buffer.from(words)];
  const envelope = (kind: string, raw: Buffer): Buffer =>
    message(
      [0x6b, 0x38, 0x73, 0],
      field(1, [...field(1, text("v1")), ...field(2, text(kind))]),
      field(2, raw),
    );
  // 1767225600 is 2026-01-01T00:00:00Z.
  const time = [0x08, 0x80, 0xf2, 0xd6, 0xca, 0x6];
  const entry = [...field(1, text("__proto__")), ...field(2, text("x"))];
  const metadata = [...field(8, time), ...field(11, entry), ...field(12, text("")), 0x78, 0x05];
  const decoded = decodeProtobuf(envelope("ConfigMap", message(field(1, metadata))));
  t.is(
    JSON.stringify(decoded["metadata"]),
    '{"creationTimestamp":"2026-01-01T00:00:00Z","labels":{"__proto__":"x"},"annotations":{"":""}}',
  );
});

test("what is no envelope is refused with words", (t) => {
  t.throws(() => decodeProtobuf(Buffer.from("{}")), { message: /expected prefix/ });
  const unknown = Buffer.from("6b3873000a0b0a027631120557696467", "hex");
  t.throws(() => decodeProtobuf(unknown));
});

test("no bytes make it do anything but answer or refuse", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          decodeProtobuf(Buffer.concat([Buffer.from("6b387300", "hex"), bytes]));
        } catch (error) {
          if (!(error instanceof Error)) throw error;
        }
      }),
    ),
  );
});
