import test from "ava";
import { labSocketPath, parseUnixSockets } from "./lab-socket.ts";

test("running labs are the listening sockets of the right name", (t) => {
  const fill = "@".repeat(80);
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    `00000000f7cd3da3: 00000002 00000000 00010000 0001 01 52955 @podwire/1001/voting-app${fill}`,
    `00000000f7cd3da4: 00000002 00000000 00010000 0001 01     7 @podwire/0/a.b`,
    `000000001f831b15: 00000003 00000000 00000000 0001 02     0 @podwire/0/being-connected${fill}`,
    `000000001f831b16: 00000003 00000000 00000000 0001 03 40000 @podwire/0/accepted${fill}`,
    "00000000f7cd3da5: 00000002 00000000 00010000 0001 01 11111 /run/podwire/0/a-file",
    "00000000f7cd3da6: 00000002 00000000 00010000 0001 01 11112 @other/0/x",
    "00000000f7cd3da7: 00000003 00000000 00000000 0001 03 11113",
    "",
  ];
  t.deepEqual(parseUnixSockets(table.join("\n")), [
    { name: "a.b", uid: 0 },
    { name: "voting-app", uid: 1001 },
  ]);
});

test("a socket's name fills the whole address, whatever the lab is called", (t) => {
  const longest = "x".repeat(63);
  for (const name of ["a", longest]) {
    t.is(labSocketPath({ uid: 4_294_967_294, name }).length, 108);
  }
});
