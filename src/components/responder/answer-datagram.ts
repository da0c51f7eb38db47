import { formatSocketAddress } from "../../net/ip-address.ts";
import type { SeenAddress } from "./witness.ts";

export interface DatagramQuestion {
  readonly payload: Buffer;
  readonly client: SeenAddress;
  readonly serverPort: number;
  readonly hostname: string;
}

/** netexec's UDP commands, in any case and with white space around; everything else comes back as it is. */
export function answerDatagram({
  payload,
  client,
  serverPort,
  hostname,
}: DatagramQuestion): Buffer {
  const command = payload.length > longestCommand ? "" : payload.toString("utf8").trim();
  switch (command.toLowerCase()) {
    case "hostname":
      return Buffer.from(hostname);
    case "clientip":
      return Buffer.from(formatSocketAddress(client.address, client.port));
    case "serverport":
      return Buffer.from(String(serverPort));
  }
  const message = /^echo (.*)$/is.exec(command)?.[1];
  return message === undefined ? payload : Buffer.from(message);
}

/** Not worth decoding beyond. */
const longestCommand = 2_048;
