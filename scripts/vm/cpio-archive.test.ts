import test from "ava";
import { cpioArchive, directory, executable } from "./cpio-archive.ts";

test("a file is its header, its name and its data, each filled up to four bytes", (t) => {
  const archive = cpioArchive([executable("init", Buffer.from("hello"))]).toString("latin1");
  const fields = [
    "00000001", // inode
    "000081ed", // a file, rwxr-xr-x
    ...Array.from({ length: 2 }, () => "00000000"), // root
    "00000001", // links
    "00000000", // modified
    "00000005", // bytes of data
    ...Array.from({ length: 4 }, () => "00000000"), // devices
    "00000005", // bytes of the name, with its end
    "00000000", // checksum
  ];
  const expected = `070701${fields.join("")}init\x00\x00hello\x00\x00\x00070701`;
  t.is(archive.slice(0, expected.length), expected);
});

test("the archive ends with its trailer, on a boundary", (t) => {
  const archive = cpioArchive([directory("bin")]);
  t.is(archive.length % 4, 0);
  t.regex(archive.toString("latin1"), /TRAILER!!!\0+$/);
});
