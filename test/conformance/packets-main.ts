/** Inside the sandbox: sends the packets and prints the result as JSON. */
import { packets } from "./packets.ts";

process.stdout.write(JSON.stringify(await packets(process.argv[2] ?? "")));
