/** The library, as docs/library.md and the README show it. */
import test from "ava";
import { up } from "podwire";

test("a ClusterIP never appears on the wire between nodes", async (t) => {
  await using lab = await up("topologies/voting-app.yaml");
  await using capture = await lab.capture(["node/master", "node/node01", "node/node02"]);

  const { ok, target } = await lab.probe({
    kind: "tcp",
    from: "node/master",
    to: "svc/vote/redis",
  });
  const [clusterIP] = target.split(":");

  t.true(ok);
  t.is((await capture.packets(`ip.addr == ${clusterIP}`)).length, 0);
  t.not((await capture.packets("tcp.dstport == 6379")).length, 0);
});

test("after scaling, every pod answers", async (t) => {
  await using lab = await up("topologies/voting-app.yaml");

  await lab.scale("deploy/vote/vote", 4);
  await lab.settled();
  const { attempts } = await lab.probe({
    kind: "http",
    from: "host/laptop",
    to: "node/node01:31000",
    count: 100,
  });

  t.is(new Set(attempts.map(({ serverSaw }) => serverSaw?.server)).size, 4);
});
