/** Inside the sandbox: sends the packets in these modes and prints the result as JSON. */
import { packets, type SentMode } from "./packets.ts";

const [folder = "", ...modes] = process.argv.slice(2);
// Who starts this names them: scripts/conformance.mjs.
process.stdout.write(JSON.stringify(await packets(folder, modes as readonly SentMode[])));
