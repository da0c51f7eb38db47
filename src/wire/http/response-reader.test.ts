import test from "ava";
import { DecodeError } from "../../base/podwire-error.ts";
import { HttpResponseReader } from "./response-reader.ts";

interface Case {
  readonly title: string;
  readonly wire: string;
  readonly status: number;
  readonly body: string;
}

const cases: readonly Case[] = [
  {
    title: "a body of a known length",
    wire: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX: y\r\n\r\nhello",
    status: 200,
    body: "hello",
  },
  {
    title: "chunks, one with an extension, and a trailer",
    wire: "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0B;x=y\r\n, my world\n\r\n0\r\nT: 1\r\n\r\n",
    status: 200,
    body: "hello, my world\n",
  },
  {
    title: "no body at all",
    wire: "HTTP/1.1 503 Service Unavailable\r\n\r\n",
    status: 503,
    body: "",
  },
];

for (const { title, wire, status, body } of cases) {
  test(`${title}, in whatever pieces it comes`, (t) => {
    const bytes = Buffer.from(wire);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      const reader = new HttpResponseReader();
      let read = "";
      for (let at = 0; at < bytes.length; at += size) {
        t.false(reader.isComplete);
        reader.push(bytes.subarray(at, at + size));
        read += Buffer.from(reader.takeBody()).toString();
      }
      t.true(reader.isComplete);
      t.deepEqual([reader.status, read], [status, body]);
    }
  });
}

for (const wire of [
  "SSH-2.0-x\r\n",
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
]) {
  test(`${JSON.stringify(wire)} is no response`, (t) => {
    t.throws(() => new HttpResponseReader().push(Buffer.from(wire)), { instanceOf: DecodeError });
  });
}
