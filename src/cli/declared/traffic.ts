import { type Command, Option } from "commander";
import { untilInterrupted } from "../interrupt.ts";
import { terminal } from "../terminal.ts";
import { jsonOption, labOption } from "./options.ts";
import { countFromNone, header, seconds, wholeNumber } from "./values.ts";

/** What sends packets, and what shows them. */
export function declareTraffic(program: Command): void {
  program
    .command("probe")
    .description("send one kind of traffic and tell what came back and what the server saw")
    .argument("<from>", "node/NAME, pod/NS/NAME, deploy/NS/NAME, host/NAME")
    .argument("<to>", "the same, svc/NS/NAME[:PORT], an address, a DNS name, a URL")
    .option("--ping", "ICMP echo")
    .option("--tcp", "connect, send a line, read the echo")
    .option("--udp", "send a datagram, read the echo")
    .option("--http", "one GET")
    .option("--dns", "resolve a name as the place would: its search list, its nameservers")
    .option("--traceroute", "every hop on the way")
    .option("--arp", "who has the address")
    .option("--throughput", "send what goes through; to a port of podwire's responder")
    .option("-4, --ipv4", "to the IPv4 address of the target")
    .option("-6, --ipv6", "to its IPv6 address")
    .option("--source-port <port>", "tcp, udp, http, throughput: the local port", wholeNumber)
    .option("--size <bytes>", "ping: behind the ICMP header; 56 unless given", countFromNone)
    .option("--dont-fragment", "ping: a packet too big for the path is refused, not cut")
    .option("--max-hops <number>", "traceroute: how far to look; 30 unless given", wholeNumber)
    .option("--method <name>", "http: GET unless given")
    .option("--header <name: value>", "http: one more header of the request", header)
    .option("--body <text>", "http: the body to send; tcp, udp: the text")
    .option("--type <record>", "dns: A, AAAA, SRV, PTR, …; A and AAAA unless given")
    .option("--server <address>", "dns: whom to ask; those of the place's resolv.conf unless given")
    .option("--over-tcp", "dns: ask over TCP")
    .addOption(
      new Option(
        "--walk",
        "and which way its first packet took: every device that it and the answer passed",
      ).conflicts("count"),
    )
    .option("--count <number>", "attempts, one after the other", wholeNumber, 1)
    .option("--timeout <ms>", "per attempt, in milliseconds", wholeNumber)
    .option("--duration <seconds>", "throughput: how long to send; 1 unless given", seconds)
    .addOption(labOption())
    .addOption(jsonOption())
    .action(async (from, to, options) => {
      const { probeCommand } = await import("../commands/probe.ts");
      process.exitCode = await probeCommand(
        from,
        to,
        options,
        terminal,
        untilInterrupted(terminal),
      );
    });

  program
    .command("capture")
    .description("capture on any number of interfaces, into one pcapng or onto the screen")
    .argument("<where...>", "WHERE or WHERE:INTERFACE; eth0 unless given")
    .option(
      "-w, --write <file>",
      "write a pcapng, time-sorted, with named interfaces; - is stdout, as packets come",
    )
    .option("-f, --filter <pcap-filter>", "what the kernel captures; see pcap-filter(7)")
    .option("-Y, --where <display-filter>", "what is shown or written, as in Wireshark")
    .option("-c, --count <number>", "stop after so many packets", wholeNumber)
    .option("--duration <seconds>", "stop after so long", seconds)
    .addOption(labOption())
    .action(async (where, options) => {
      const { captureCommand } = await import("../commands/capture.ts");
      await captureCommand(where, options, terminal, untilInterrupted(terminal));
    });
}
