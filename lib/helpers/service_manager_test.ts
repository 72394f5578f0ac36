import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { NotifySocketFixture } from "../../test_helpers/notify_socket.ts";
import { createServiceManager, NO_SERVICE_MANAGER } from "./service_manager.ts";
import { openUnixDatagram } from "./unix_datagram.ts";

/** What is made of an environment, and what was logged about it. */
function created(env: Record<string, string>) {
  const log = new FakeLogger();
  const manager = createServiceManager({ env, processId: 7, open: openUnixDatagram, log });
  return { manager, log };
}

for (const kind of ["path", "abstract"] as const) {
  Deno.test({
    name: `createServiceManager() tells a socket with ${kind} everything, in order`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      await using socket = await NotifySocketFixture.open(kind);
      const { manager, log } = created({ "NOTIFY_SOCKET": socket.address });
      manager.status("two\nlines");
      manager.ready();
      manager.alive();
      manager.stopping();
      expect(await socket.until("STOPPING=1")).toEqual([
        "STATUS=two lines",
        "READY=1",
        "WATCHDOG=1",
        "STOPPING=1",
      ]);
      await manager.close();
      expect(log.lines).toEqual([]);
    },
  });
}

Deno.test("createServiceManager() opens nothing when nobody wants to be told", () => {
  for (const env of [{}, { "NOTIFY_SOCKET": "" }]) {
    const open = () => {
      throw new Error("opened");
    };
    const log = new FakeLogger();
    const options = { env, processId: 7, open, log };
    expect(createServiceManager(options)).toBe(NO_SERVICE_MANAGER);
    expect(log.lines).toEqual([]);
  }
});

Deno.test("createServiceManager() says which addresses it cannot send to, and goes on", () => {
  const { manager, log } = created({ "NOTIFY_SOCKET": "vsock:2:1" });
  expect(manager).toBe(NO_SERVICE_MANAGER);
  expect(String(log.lines[0]?.fields["error"])).toContain('"vsock:2:1": needed is a path, or "@"');
});

Deno.test({
  name: "createServiceManager() says once that nobody is there, and goes on",
  ignore: Deno.build.os === "windows",
  async fn() {
    const { manager, log } = created({ "NOTIFY_SOCKET": "/nowhere/notify" });
    manager.ready();
    manager.alive();
    await manager.close();
    expect(log.messages("warn")).toEqual(["Cannot tell the service manager anything"]);
  },
});

Deno.test({
  name: "createServiceManager() takes the watchdog's time, unless it is meant for another process",
  ignore: Deno.build.os === "windows",
  async fn() {
    const cases = [
      [{ "WATCHDOG_USEC": "30000000" }, 30_000],
      [{ "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7" }, 30_000],
      [{ "WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8" }, undefined],
      [{ "WATCHDOG_USEC": "soon" }, undefined],
      [{ "WATCHDOG_USEC": "0" }, undefined],
      [{}, undefined],
    ] as const;
    for (const [env, expected] of cases) {
      const { manager } = created({ "NOTIFY_SOCKET": "/nowhere/notify", ...env });
      expect(manager.watchdogMs).toBe(expected);
      await manager.close();
    }
  },
});
