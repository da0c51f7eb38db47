/** Two netns joined by one veth, for tests: client 203.0.113.1 and server 203.0.113.2, IPv6 2001:db8::1 and ::2. */
import { execFileSync } from "node:child_process";
import { Netns } from "../../src/kernel/netns.ts";
import { applyPlans } from "../../src/kernel/plan/apply-plan.ts";
import { cidr } from "../../src/net/cidr.ts";
import { type IpAddress, ipAddress } from "../../src/net/ip-address.ts";

export class TwoHosts implements Disposable {
  readonly client: Netns;
  readonly server: Netns;
  readonly clientAddress: IpAddress = ipAddress("203.0.113.1");
  readonly serverAddress: IpAddress = ipAddress("203.0.113.2");

  /** `name` keeps the names of tests that run at the same time apart. */
  constructor(name: string) {
    this.client = Netns.create(`${name}-client`);
    this.server = Netns.create(`${name}-server`);
    const [client, server] = [this.client.name, this.server.name];
    applyPlans(
      [
        {
          netns: client,
          links: [
            { type: "existing", name: "lo" },
            { type: "veth", name: "eth0", peer: { name: "eth0", netns: server } },
          ],
          addresses: [
            { device: "eth0", address: cidr("203.0.113.1/24") },
            { device: "eth0", address: cidr("2001:db8::1/64") },
          ],
          routes: [
            { to: cidr("198.51.100.0/24"), via: this.serverAddress },
            { to: cidr("192.0.2.0/24"), type: "blackhole" },
          ],
        },
        {
          netns: server,
          sysctls: { "net/ipv4/ip_forward": "1" },
          links: [{ type: "existing", name: "lo" }],
          addresses: [
            { device: "eth0", address: cidr("203.0.113.2/24") },
            { device: "eth0", address: cidr("2001:db8::2/64") },
          ],
          // It would go on from here, though nobody is there; to the lower half there is no way.
          routes: [{ to: cidr("198.51.100.128/25"), via: ipAddress("203.0.113.9") }],
        },
      ],
      new Map([
        [client, this.client],
        [server, this.server],
      ]),
    );
  }

  /** `iptables ARGUMENTS` in one of them. */
  iptables(side: "client" | "server", rule: string): void {
    this[side].enter(() => execFileSync("iptables", rule.split(" ")));
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
    this.server[Symbol.dispose]();
  }
}
