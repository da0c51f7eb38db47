/** What is sent to the family IPVS, byte by byte, and what Linux 6.1 answers. */
import test from "ava";
import { DecodeError } from "../../../base/podwire-error.ts";
import { ipAddress } from "../../../net/ip-address.ts";
import { decodeFamily, familyGet, type GenericRequest } from "../generic.ts";
import {
  decodeRealServer,
  decodeVirtualServer,
  ipvsChange,
  ipvsTimeoutsSet,
  realServerDump,
  type ServerAddress,
  virtualServerDump,
  virtualServerGet,
} from "./ipvs.ts";

const bytes = (...words: readonly string[]): Uint8Array =>
  Uint8Array.from(Buffer.from(words.join("").replaceAll(" ", ""), "hex"));

const tcp: ServerAddress = { protocol: "tcp", address: ipAddress("10.96.0.10"), port: 53 };
const udp6: ServerAddress = { protocol: "udp", address: ipAddress("fd00::a"), port: 53 };
const real = { address: ipAddress("10.244.1.2"), port: 8053 };

/** AF, PROTOCOL, ADDR, PORT. */
const tcpWords = [
  "06000100 0200 0000",
  "06000200 0600 0000",
  "08000300 0a60000a",
  "06000400 0035 0000",
];
const realWords = ["08000100 0af40102", "06000200 1f75 0000"];

const requests: ReadonlyArray<{
  readonly title: string;
  readonly request: GenericRequest;
  readonly operation: string;
  readonly flags?: number;
  /** struct genlmsghdr first, then one attribute per entry. */
  readonly payload: readonly string[];
}> = [
  {
    title: "the number of a family",
    request: familyGet("IPVS"),
    operation: "CTRL_CMD_GETFAMILY IPVS",
    payload: ["03010000", "09000200 4950565300 000000"],
  },
  {
    title: "a virtual server that holds its clients and looks at their ports",
    request: ipvsChange({
      type: "add",
      server: tcp,
      scheduler: "mh",
      persistentSeconds: 3_600,
      byPort: true,
    }),
    operation: "IPVS_CMD_NEW_SERVICE tcp 10.96.0.10:53",
    payload: [
      "01010000",
      "48000100",
      ...tcpWords,
      "07000600 6d6800 00",
      "0c000700 11000000 ffffffff",
      "08000800 100e0000",
      "08000900 ffffffff",
    ],
  },
  {
    title: "one of IPv6, changed",
    request: ipvsChange({
      type: "edit",
      server: udp6,
      scheduler: "rr",
      persistentSeconds: undefined,
      byPort: false,
    }),
    operation: "IPVS_CMD_SET_SERVICE udp [fd00::a]:53",
    payload: [
      "02010000",
      "54000100",
      "06000100 0a00 0000",
      "06000200 1100 0000",
      "14000300 fd000000 00000000 00000000 0000000a",
      "06000400 0035 0000",
      "07000600 727200 00",
      "0c000700 00000000 ffffffff",
      "08000800 00000000",
      "08000900 80000000",
    ],
  },
  {
    title: "a virtual server that goes",
    request: ipvsChange({ type: "delete", server: tcp }),
    operation: "IPVS_CMD_DEL_SERVICE tcp 10.96.0.10:53",
    payload: ["03010000", "24000100", ...tcpWords],
  },
  {
    title: "a real server",
    request: ipvsChange({ type: "add-real", server: tcp, real, weight: 1 }),
    operation: "IPVS_CMD_NEW_DEST tcp 10.96.0.10:53 -> 10.244.1.2:8053",
    payload: [
      "05010000",
      "24000100",
      ...tcpWords,
      "34000200",
      ...realWords,
      "08000300 00000000",
      "08000400 01000000",
      "08000500 00000000",
      "08000600 00000000",
    ],
  },
  {
    title: "one that gets no new connections",
    request: ipvsChange({ type: "edit-real", server: tcp, real, weight: 0 }),
    operation: "IPVS_CMD_SET_DEST tcp 10.96.0.10:53 -> 10.244.1.2:8053",
    payload: [
      "06010000",
      "24000100",
      ...tcpWords,
      "34000200",
      ...realWords,
      "08000300 00000000",
      "08000400 00000000",
      "08000500 00000000",
      "08000600 00000000",
    ],
  },
  {
    title: "one that goes",
    request: ipvsChange({ type: "delete-real", server: tcp, real }),
    operation: "IPVS_CMD_DEL_DEST tcp 10.96.0.10:53 -> 10.244.1.2:8053",
    payload: ["07010000", "24000100", ...tcpWords, "14000200", ...realWords],
  },
  {
    title: "time-outs",
    request: ipvsTimeoutsSet({ tcp: 600, tcpFin: 0, udp: 30 }),
    operation: "IPVS_CMD_SET_CONFIG time-outs",
    payload: ["0c010000", "08000400 58020000", "08000500 00000000", "08000600 1e000000"],
  },
  {
    title: "a virtual server, asked for",
    request: virtualServerGet(tcp),
    operation: "IPVS_CMD_GET_SERVICE tcp 10.96.0.10:53",
    payload: ["04010000", "24000100", ...tcpWords],
  },
  {
    title: "all of them",
    request: virtualServerDump(),
    operation: "IPVS_CMD_GET_SERVICE",
    flags: 0x300,
    payload: ["04010000"],
  },
  {
    title: "all real servers of one",
    request: realServerDump(tcp),
    operation: "IPVS_CMD_GET_DEST tcp 10.96.0.10:53",
    flags: 0x300,
    payload: ["08010000", "24000100", ...tcpWords],
  },
];

for (const { title, request, operation, flags = 0, payload } of requests) {
  test(`a request is laid out as the header says: ${title}`, (t) => {
    t.is(request.operation, operation);
    t.is(request.flags, flags);
    t.deepEqual(request.payload, bytes(...payload));
  });
}

/** Statistics, which an answer has besides, are left out here but for one. */
const answers: ReadonlyArray<{
  readonly title: string;
  readonly decode: (payload: Uint8Array) => unknown;
  readonly payload: Uint8Array;
  readonly value: unknown;
}> = [
  {
    title: "the number of a family",
    decode: decodeFamily,
    payload: bytes(
      "01020000 09000200 4950565300 000000",
      "06000100 2000 0000",
      "08000300 01000000 08000400 00000000 08000500 06000000",
    ),
    value: 32,
  },
  {
    title: "a virtual server",
    decode: decodeVirtualServer,
    payload: bytes(
      "01010000 68000100",
      "06000100 0200 0000 06000200 0600 0000",
      "14000300 0a60000a 00000000 00000000 00000000",
      "06000400 0035 0000 07000600 6d6800 00",
      "0c000700 13000000 ffffffff 08000800 100e0000 08000900 ffffffff",
      "14000a00 08000100 00000000 08000200 00000000",
    ),
    value: { ...tcp, scheduler: "mh", persistentSeconds: 3_600 },
  },
  {
    title: "one of IPv6, without persistence",
    decode: decodeVirtualServer,
    payload: bytes(
      "01010000 54000100",
      "06000100 0a00 0000 06000200 1100 0000",
      "14000300 fd000000 00000000 00000000 0000000a",
      "06000400 0035 0000 07000600 727200 00",
      "0c000700 02000000 ffffffff 08000800 00000000 08000900 80000000",
    ),
    value: { ...udp6, scheduler: "rr", persistentSeconds: undefined },
  },
  {
    title: "one of a firewall mark, which is nobody's Service",
    decode: decodeVirtualServer,
    payload: bytes("01010000 1c000100 06000100 0200 0000 08000500 07000000 07000600 727200 00"),
    value: undefined,
  },
  {
    title: "a real server with connections",
    decode: decodeRealServer,
    payload: bytes(
      "05010000 58000200",
      "14000100 0af40102 00000000 00000000 00000000 06000200 1f75 0000",
      "08000300 00000000 08000400 01000000",
      "08000500 00000000 08000600 00000000",
      "08000700 03000000 08000800 02000000",
      "06000b00 0200 0000",
    ),
    value: { ...real, weight: 1, connections: 5 },
  },
];

for (const { title, decode, payload, value } of answers) {
  test(`an answer is read: ${title}`, (t) => {
    t.deepEqual(decode(payload), value);
  });

  test(`a truncated answer is refused, or says less, and throws nothing else: ${title}`, (t) => {
    for (let length = 0; length < payload.byteLength; length++) {
      t.true(
        isRefusedOrLess(() => decode(payload.subarray(0, length))),
        `${length} bytes`,
      );
    }
  });
}

test("an address that is neither of IPv4 nor of IPv6 is refused", (t) => {
  const payload = bytes("05010000 14000200 0a000100 0af401020000 0000 06000200 1f75");
  t.throws(() => decodeRealServer(payload), { instanceOf: DecodeError });
});

/** Anything but a DecodeError is thrown on. */
function isRefusedOrLess(decode: () => unknown): boolean {
  try {
    return ["undefined", "number"].includes(typeof decode());
  } catch (error) {
    if (error instanceof DecodeError) return true;
    throw error;
  }
}
