/**
 * The first process of the sandbox in which `podwire doctor` tries things: prints a
 * {@link SandboxFinding} a line, of what its arguments need or of everything, and ends; all that it made ends with it.
 */
import { enterSandbox } from "../../kernel/sandbox/sandbox-init.ts";

enterSandbox();
const { reportFindings } = await import("./report-findings.ts");
await reportFindings((line) => void process.stdout.write(line), process.argv.slice(2));
