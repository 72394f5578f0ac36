import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { runTaskGroup, type Task } from "./task_group.ts";

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}

function setUp(
  tasks: Readonly<Record<string, Task["run"]>>,
  signal = new AbortController().signal,
) {
  const log = new FakeLogger();
  const list = Object.entries(tasks).map(([name, run]) => ({ name, run }));
  return { log, group: runTaskGroup({ tasks: list, signal, log }) };
}

Deno.test("runTaskGroup() resolves when every task has", async () => {
  const done: string[] = [];
  const { group } = setUp({
    a: async () => void done.push(await Promise.resolve("a")),
    b: async () => void done.push(await Promise.resolve("b")),
  });
  await group;
  expect(done).toEqual(["a", "b"]);
});

Deno.test("runTaskGroup() goes on when one task is done", async () => {
  const finish = Promise.withResolvers<void>();
  let stopped = false;
  const { group } = setUp({
    short: () => Promise.resolve(),
    long: async (signal) => {
      await finish.promise;
      stopped = signal.aborted;
    },
  });
  finish.resolve();
  await group;
  expect(stopped).toBe(false);
});

Deno.test("runTaskGroup() stops the others when one fails, awaits them, and throws that error", async () => {
  const events: string[] = [];
  const { group, log } = setUp({
    waits: async (signal) => {
      await aborted(signal);
      await Promise.resolve();
      events.push("stopped in order");
    },
    fails: () => Promise.reject(new Error("Lost")),
  });
  await expect(group).rejects.toThrow("Lost");
  expect(events).toEqual(["stopped in order"]);
  expect(log.lines).toEqual([]);
});

Deno.test("runTaskGroup() logs what others throw while they stop, except being stopped", async () => {
  const { group, log } = setUp({
    fails: () => Promise.reject(new Error("Lost")),
    failsToo: async (signal) => {
      await aborted(signal);
      throw new Error("Lost too");
    },
    isStopped: async (signal) => {
      await aborted(signal);
      signal.throwIfAborted();
    },
  });
  await expect(group).rejects.toThrow(/^Lost$/);
  expect(log.lines.map(({ message, fields }) => [message, fields["task"]]))
    .toEqual([["A task failed while stopping", "failsToo"]]);
});

Deno.test("runTaskGroup() treats a task that throws before it awaits like any other", async () => {
  const { group } = setUp({
    waits: aborted,
    throws: () => {
      throw new Error("Broken");
    },
  });
  await expect(group).rejects.toThrow("Broken");
});

Deno.test("runTaskGroup() throws even an undefined error", async () => {
  const { group } = setUp({ fails: () => Promise.reject(undefined) });
  await expect(group).rejects.toBe(undefined);
});

Deno.test("runTaskGroup() resolves when it is stopped, also if tasks throw the reason", async () => {
  const controller = new AbortController();
  const { group, log } = setUp({
    resolves: aborted,
    throws: async (signal) => {
      await aborted(signal);
      signal.throwIfAborted();
    },
  }, controller.signal);
  controller.abort(new Error("Stop"));
  await group;
  expect(log.lines).toEqual([]);
});

Deno.test("runTaskGroup() resolves when there is nothing to run", async () => {
  await setUp({}).group;
});
