import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import path from "node:path";
import test from "ava";
import { KernelError } from "../../src/base/podwire-error.ts";
import { Netns } from "../../src/kernel/netns.ts";

const here = (): string => readlinkSync("/proc/thread-self/ns/net");

test("a created netns is one that ip knows, with lo down", (t) => {
  using netns = Netns.create("known-to-ip");
  t.true(execFileSync("ip", ["netns", "list"], { encoding: "utf8" }).includes("known-to-ip"));
  const links = execFileSync("ip", ["-n", netns.name, "-o", "link"], { encoding: "utf8" });
  t.regex(links, /^1: lo: <LOOPBACK> /);
});

test("work runs inside, and the thread is back afterwards", (t) => {
  using netns = Netns.create("inside");
  const outside = here();
  const inside = netns.enter(here);
  t.not(inside, outside);
  t.is(here(), outside);
});

test("enter returns to the former netns even when the work throws", (t) => {
  using outer = Netns.create("throws-outer");
  using inner = Netns.create("throws-inner");
  const outside = here();
  outer.enter(() => {
    const former = here();
    t.throws(
      () =>
        inner.enter(() => {
          throw new Error("half-way");
        }),
      { message: "half-way" },
    );
    t.is(here(), former);
  });
  t.is(here(), outside);
});

test("a netns made while inside another leaves the thread in that other", (t) => {
  using outer = Netns.create("maker");
  const outside = here();
  outer.enter(() => {
    const former = here();
    using made = Netns.create("made");
    t.is(here(), former);
    t.not(made.enter(here), former);
  });
  t.is(here(), outside);
});

test("a child process started inside runs there", (t) => {
  using netns = Netns.create("child");
  const inside = netns.enter(here);
  const child = netns.enter(() => execFileSync("readlink", ["/proc/self/ns/net"]));
  t.is(child.toString().trim(), inside);
});

test("a promise is refused, and the thread is back", (t) => {
  using netns = Netns.create("promise");
  const outside = here();
  // @ts-expect-error: the type refuses it as well.
  t.throws(() => netns.enter(async () => 1), { instanceOf: TypeError });
  t.is(here(), outside);
});

test("a netns cannot be deleted from inside itself", (t) => {
  using netns = Netns.create("within");
  const error = t.throws(() => netns.enter(() => netns[Symbol.dispose]()));
  t.true(error instanceof KernelError);
  t.is(error?.message, "delete netns within: EBUSY (device or resource busy)");
});

test("disposal removes the name and closes the descriptor, once", (t) => {
  // biome-ignore lint/nursery/useDisposables: disposal is what this test observes.
  const netns = Netns.create("gone");
  netns[Symbol.dispose]();
  netns[Symbol.dispose]();
  t.false(readdirSync("/run/netns").includes("gone"));
  t.throws(() => netns.enter(here), { code: "KERNEL_EBADF" });
});

test("a second handle is the same netns, and its disposal leaves the netns alone", (t) => {
  using netns = Netns.create("shared");
  {
    using again = Netns.open("shared");
    t.is(again.enter(here), netns.enter(here));
  }
  t.true(readdirSync("/run/netns").includes("shared"));
});

for (const { title, name, act = Netns.create, code } of [
  { title: "a taken name", name: "taken", code: "KERNEL_EEXIST" },
  { title: "a name that leaves the directory", name: "../x", code: "KERNEL_EINVAL" },
  { title: "a name that looks like an option", name: "-all", code: "KERNEL_EINVAL" },
  { title: "an empty name", name: "", code: "KERNEL_EINVAL" },
  { title: "a name longer than a file name", name: "a".repeat(256), code: "KERNEL_ENAMETOOLONG" },
  {
    title: "opening one that is not there",
    name: "absent",
    act: Netns.open,
    code: "KERNEL_ENOENT",
  },
]) {
  test.serial(`refused: ${title}`, (t) => {
    using _taken = Netns.create("taken");
    const isThere = (): boolean => existsSync(path.join("/run/netns", name));
    const before = isThere();
    t.throws(() => act(name), { instanceOf: KernelError, code });
    t.is(isThere(), before);
  });
}
