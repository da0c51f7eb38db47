/** Programs on a terminal of their own. */
import { text } from "node:stream/consumers";
import test from "ava";
import { until } from "../../src/base/until.ts";
import { Netns } from "../../src/kernel/netns.ts";
import { openPty } from "../../src/kernel/processes/pty.ts";
import {
  spawnOnTerminal,
  type TerminalProcess,
} from "../../src/kernel/processes/terminal-process.ts";
import { patience } from "../patience.ts";

interface Shown {
  text: string;
}

function run(netns: Netns, script: string): TerminalProcess & { readonly shown: Shown } {
  const started = spawnOnTerminal({ netns }, "sh", ["-c", script], { env: {}, cwd: "/" });
  const shown = { text: "" };
  started.terminal.setEncoding("utf8").on("data", (piece: string) => {
    shown.text += piece;
  });
  return { ...started, shown };
}

async function sees(shown: Shown, wanted: string): Promise<void> {
  await until(async () => shown.text.includes(wanted) || undefined, {
    intervalMs: 5,
    signal: patience(10_000),
  });
}

test("a program has a terminal of the size it is told, and leads its session", async (t) => {
  using netns = Netns.create("terminal-size");
  const { terminal, ended, shown } = run(
    netns,
    "stty size; read line; stty size; tty >/dev/null && echo on a terminal; ps -o tpgid= -p $$ | grep -qw $$ && echo in front",
  );
  await sees(shown, "24 80");
  terminal.resize({ columns: 132, rows: 50 });
  terminal.write("\n");
  t.is((await ended).exitCode, 0);
  await sees(shown, "in front");
  t.regex(shown.text, /50 132\r\non a terminal\r\nin front\r\n$/);
});

test("a terminal is an xterm to its program", async (t) => {
  using netns = Netns.create("terminal-name");
  const { ended, shown } = run(netns, "echo $TERM");
  await ended;
  await sees(shown, "xterm\r\n");
  t.pass();
});

test("Ctrl-C interrupts what runs in front", async (t) => {
  using netns = Netns.create("terminal-interrupt");
  const { terminal, ended, shown } = run(netns, "echo ready; sleep 600");
  await sees(shown, "ready");
  terminal.write("\u0003");
  t.is((await ended).signal, "SIGINT");
});

test("who hangs up ends the program", async (t) => {
  using netns = Netns.create("terminal-hang-up");
  const { terminal, ended, shown } = run(netns, "echo ready; sleep 600");
  await sees(shown, "ready");
  terminal.destroy();
  terminal.resize({ columns: 1, rows: 1 });
  t.is((await ended).signal, "SIGHUP");
});

test("everything that is said comes, and then the end", async (t) => {
  using netns = Netns.create("terminal-much");
  const { terminal, ended } = spawnOnTerminal({ netns }, "seq", ["1", "50000"], {
    env: {},
    cwd: "/",
  });
  const lines = (await text(terminal)).trim().split("\r\n");
  t.is(lines.length, 50_000);
  t.is(lines.at(-1), "50000");
  t.is((await ended).exitCode, 0);
});

test("typing waits for a program that does not read, and holds nobody up", async (t) => {
  using netns = Netns.create("terminal-slow");
  const { terminal, ended, shown } = run(
    netns,
    "stty raw -echo; echo ready; sleep 0.3; head -c 200000 | wc -c",
  );
  await sees(shown, "ready");
  const typed = new Promise((resolve) => terminal.write("x".repeat(200_000), resolve));
  // The write is on its way; meanwhile this thread goes on.
  await new Promise((resolve) => setImmediate(resolve));
  t.is((await ended).exitCode, 0);
  await typed;
  await sees(shown, "200000");
});

test("a terminal that nobody used is closed once", (t) => {
  const { master } = openPty();
  master.destroy();
  master.destroy();
  t.true(master.destroyed);
});
