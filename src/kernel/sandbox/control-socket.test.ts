import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import test from "ava";
import { ControlSocket } from "./control-socket.ts";

test("callers that come early are answered, but for those that have gone meanwhile", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.teardown(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const call = async (): Promise<{ caller: Socket; called: Socket }> => {
    const caller = connect(port, "127.0.0.1");
    t.teardown(() => caller.destroy());
    const [called] = (await once(server, "connection")) as [Socket];
    return { caller, called };
  };
  const received = ControlSocket.received();
  process.emit("message", { name: "early" }, server);
  const control = await received;

  const stays = await call();
  const goes = await call();
  goes.caller.resetAndDestroy();
  // Not `once` of events, which an error would end.
  await new Promise((resolve) => goes.called.once("close", resolve));
  const answered: Socket[] = [];
  control.answer((socket) => answered.push(socket));
  t.deepEqual(answered, [stays.called]);

  const late = await call();
  t.deepEqual(answered, [stays.called, late.called]);
});
