import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { onShutdownSignal, type ShutdownSignalName } from "./shutdown_signals.ts";

function setUp(os = "linux") {
  const listeners = new Map<ShutdownSignalName, () => void>();
  const removed: ShutdownSignalName[] = [];
  const exits: number[] = [];
  const log = new FakeLogger();
  const shutdown = onShutdownSignal({
    log,
    os,
    exit: (code) => exits.push(code),
    addListener: (name, listener) => listeners.set(name, listener),
    removeListener: (name, listener) => {
      if (listeners.get(name) === listener) listeners.delete(name);
      removed.push(name);
    },
  });
  return { shutdown, listeners, removed, exits, log };
}

for (const name of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`onShutdownSignal() aborts on ${name}, and says so`, () => {
    const { shutdown, listeners, exits, log } = setUp();
    expect(shutdown.signal.aborted).toBe(false);
    listeners.get(name)?.();
    expect(shutdown.signal.reason).toMatchObject({ name: "AbortError" });
    expect(log.lines).toEqual([{ level: "info", message: "Stopping", fields: { signal: name } }]);
    expect(exits).toEqual([]);
  });
}

Deno.test("onShutdownSignal() exits on the second signal, with what a shell expects", () => {
  for (const [name, code] of [["SIGINT", 130], ["SIGTERM", 143]] as const) {
    const { listeners, exits } = setUp();
    listeners.get("SIGTERM")?.();
    listeners.get(name)?.();
    expect(exits).toEqual([code]);
  }
});

Deno.test("onShutdownSignal() listens for no SIGTERM on Windows, which refuses it", () => {
  expect([...setUp("windows").listeners.keys()]).toEqual(["SIGINT"]);
  expect([...setUp("linux").listeners.keys()]).toEqual(["SIGINT", "SIGTERM"]);
});

Deno.test("onShutdownSignal() stops listening when disposed of, once", () => {
  const { shutdown, listeners, removed } = setUp();
  shutdown[Symbol.dispose]();
  shutdown[Symbol.dispose]();
  expect(listeners.size).toBe(0);
  expect(removed).toEqual(["SIGINT", "SIGTERM"]);
});
