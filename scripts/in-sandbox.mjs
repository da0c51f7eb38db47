/**
 * Runs a command in a fresh sandbox and ends with its status:
 *
 *     node scripts/in-sandbox.mjs -- COMMAND…
 *
 * Both ends of it: outside it starts the sandbox with itself as the entry; inside
 * it runs the command.
 */
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { launchSandbox } from "../dist/src/kernel/sandbox/sandbox.js";
import { enterSandbox, isSandboxed } from "../dist/src/kernel/sandbox/sandbox-init.js";

const command = process.argv.slice(process.argv.indexOf("--") + 1);
if (command.length === 0 || !process.argv.includes("--")) {
  process.stderr.write("usage: in-sandbox.mjs -- COMMAND...\n");
  process.exit(2);
}
if (isSandboxed()) runInside();
else await runOutside();

function runInside() {
  enterSandbox();
  const [file, ...args] = command;
  const child = spawn(file, args, { stdio: "inherit" });
  child.on("error", (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(127);
  });
  child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

async function runOutside() {
  try {
    // biome-ignore lint/nursery/useDisposables: it ends with its command, or with us.
    const sandbox = await launchSandbox({
      entry: fileURLToPath(import.meta.url),
      args: ["--", ...command],
      lifetime: "attached",
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    });
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
      process.once(signal, () => sandbox.kill());
    const { exitCode, signal } = await sandbox.exited;
    process.exitCode = exitCode ?? 128 + constants.signals[signal];
  } catch (error) {
    process.stderr.write(`${error.message}\n${error.hint ? `  hint: ${error.hint}\n` : ""}`);
    process.exitCode = error.exitCode ?? 70;
  }
}
