import test from "ava";
import type { PacketWalk, Passage } from "../../observe/walk/packet-walk.ts";
import { renderWalk } from "./walk-text.ts";

const client = "10.244.1.2:40000";
const service = "10.96.0.20:80";
const server = "10.244.2.2:8080";

const passage = (
  at: string,
  afterMs: number,
  rest: Partial<Passage> & Pick<Passage, "source" | "destination">,
): Passage => {
  const [direction, where = "", device = ""] = at.split(" ");
  return {
    ...{ where, device, afterMs, translations: [], tunnels: [] },
    direction: direction === "in" ? "in" : "out",
    ...rest,
  };
};

const walk: PacketWalk = {
  probe: {
    ...{ kind: "tcp", from: "deploy/default/client", to: "svc/default/web", target: service },
    ok: true,
    attempts: [{ ok: true, latencyMs: 0.4 }],
  },
  there: {
    packet: "TCP SYN",
    passages: [
      passage("out pod/default/client-0 eth0", 0, { source: client, destination: service }),
      passage("in node/node01 veth1", 0.004, { source: client, destination: service }),
      passage("out node/node01 flannel.1", 0.0312, {
        ...{ source: client, destination: server },
        translations: ["DNAT"],
      }),
      passage("out node/node01 eth0", 0.04, {
        ...{ source: client, destination: server },
        tunnels: [{ protocol: "VXLAN 1", source: "192.168.0.11", destination: "192.168.0.12" }],
      }),
    ],
  },
  back: {
    packet: "TCP SYN, ACK",
    passages: [
      passage("in pod/default/client-0 eth0", 0.1, { source: service, destination: client }),
    ],
  },
  owners: { "10.244.1.2": "pod/default/client-0", "10.96.0.20": "svc/default/web" },
  lost: 0,
};

test("a walk is told machine by machine, with what became of the addresses and what carried it", (t) => {
  t.is(
    renderWalk(walk, "plain"),
    `tcp deploy/default/client → svc/default/web (${service})
  ✓ 0.40 ms
  there: TCP SYN
    pod/default/client-0
      0.000 ms  out eth0       10.244.1.2:40000 → 10.96.0.20:80
    node/node01
      0.004 ms  in  veth1      10.244.1.2:40000 → 10.96.0.20:80
      0.031 ms  out flannel.1  10.244.1.2:40000 → 10.244.2.2:8080  DNAT
      0.040 ms  out eth0       10.244.1.2:40000 → 10.244.2.2:8080
                               in VXLAN 1: 192.168.0.11 → 192.168.0.12
  back: TCP SYN, ACK
    pod/default/client-0
      0.100 ms  in  eth0       10.96.0.20:80 → 10.244.1.2:40000
  10.244.1.2  pod/default/client-0
  10.96.0.20  svc/default/web
`,
  );
});

test("of a packet that got no answer it is told where it was last", (t) => {
  const text = renderWalk({ ...walk, back: { packet: undefined, passages: [] } }, "plain");
  t.regex(text, /back: nothing; the packet was last seen at node\/node01:eth0, going out\n/);
});

test("a packet that never left has no way back either", (t) => {
  const none = { packet: undefined, passages: [] };
  const text = renderWalk({ ...walk, there: none, back: none, lost: 3 }, "plain");
  t.regex(text, /there: no packet left: it was refused before any device\n/);
  t.notRegex(text, /back:/);
  t.regex(text, /3 frames were too many to look at/);
});
