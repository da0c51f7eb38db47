/**
 * A program that launches a sandbox, to be killed: `launcher.js MARK LIFETIME`. Says in JSON lines what it has
 * done. Lets go of the sandbox when it reads a line, and ends when its input does.
 */
import path from "node:path";
import { createInterface } from "node:readline";
import { launchSandbox } from "../../src/kernel/sandbox/sandbox.ts";

const [mark = "", lifetime = ""] = process.argv.slice(2);
// biome-ignore lint/nursery/useDisposables: what becomes of it when nobody disposes it is the question.
const sandbox = await launchSandbox({
  name: mark,
  entry: path.join(import.meta.dirname, "entry.js"),
  args: [mark],
  lifetime: lifetime === "detached" ? "detached" : "attached",
});
process.stdout.write(`${JSON.stringify({ pid: sandbox.pid })}\n`);
for await (const _line of createInterface({ input: process.stdin })) {
  sandbox.detach();
  process.stdout.write('{"detached":true}\n');
}
// Whoever held the other end is gone.
process.exit();
