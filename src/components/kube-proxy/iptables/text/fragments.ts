/** The pieces that rules are made of, spelled as kube-proxy spells them. */
import type { LocalDetector } from "../../config/local-detector.ts";
import type { TransportProtocol } from "../../model/services/service-port.ts";

/** One word stands bare, several stand in quotes: so iptables-restore splits them, and so kube-proxy writes them. */
export function comment(text: string): string {
  return text.includes(" ") ? phraseComment(text) : wordComment(text);
}

/** As {@link comment}, for who knows that there are several words: of a hundred thousand none is looked at. */
export function phraseComment(text: string): string {
  return `-m comment --comment "${text}"`;
}

/** As {@link comment}, for one word. */
export function wordComment(word: string): string {
  return `-m comment --comment ${word}`;
}

/** `-m tcp -p tcp`. */
export function protocolMatch(protocol: TransportProtocol): string {
  return `-m ${protocol} -p ${protocol}`;
}

/** `-m tcp -p tcp -d 10.96.0.10 --dport 53`: a packet to an address of a service port. */
export function destinationMatch(
  protocol: TransportProtocol,
  address: string,
  port: number,
): string {
  return `${protocolMatch(protocol)} -d ${address} --dport ${port}`;
}

export function ifLocal(detector: LocalDetector): string {
  switch (detector.type) {
    case "cidr":
      return `-s ${detector.cidr}`;
    case "bridge":
      return `-i ${detector.interface}`;
    case "prefix":
      return `-i ${detector.prefix}+`;
  }
}

export function ifNotLocal(detector: LocalDetector): string {
  return `! ${ifLocal(detector)}`;
}
