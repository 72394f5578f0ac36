import { expect } from "expect";
import { FakeLogger } from "../../test_helpers/fake_logger.ts";
import { FakeTimeProvider } from "../../test_helpers/fake_time_provider.ts";
import type { ServiceManager } from "./service_manager.ts";
import { Supervision, unsupervised } from "./supervision.ts";

/** A process of two parts, and what its service manager was told. */
function supervised() {
  const time = new FakeTimeProvider();
  const log = new FakeLogger();
  const told: string[] = [];
  const manager: ServiceManager = {
    watchdogMs: 30_000,
    ready: () => void told.push("ready"),
    status: (text) => void told.push(text),
    alive: () => void told.push("alive"),
    stopping: () => void told.push("stopping"),
    close: () => Promise.resolve(),
  };
  const parts = ["analyzer", "sender"];
  return { supervision: new Supervision({ manager, parts, time, log }), time, log, told };
}

Deno.test("Supervision is ready once every part has said what it does, and says it once", () => {
  const { supervision, told } = supervised();
  supervision.waitsFor("servers");
  supervision.say("analyzer", "stands by");
  supervision.say("sender", "leads");
  supervision.say("sender", "leads");
  supervision.say("analyzer", "leads");
  supervision.stopping();
  expect(told).toEqual([
    "Waiting for servers",
    "analyzer stands by",
    "analyzer stands by, sender leads",
    "ready",
    "analyzer leads, sender leads",
    "stopping",
  ]);
});

Deno.test("Supervision feeds the watchdog three times in its time, while what it watches goes on", async () => {
  const { supervision, time, told } = supervised();
  const stop = new AbortController();
  using pulse = supervision.watch("analyzer", 15_000);
  const running = supervision.run(stop.signal);
  for (let round = 0; round < 3; round += 1) {
    await time.waitForSleeper();
    pulse.beat();
    time.advance(10_000);
  }
  await time.waitForSleeper();
  stop.abort();
  await running;
  expect(told).toEqual(["alive", "alive", "alive", "alive"]);
});

Deno.test("Supervision feeds no watchdog while a part hangs, says which, and feeds it again", async () => {
  const { supervision, time, log, told } = supervised();
  const stop = new AbortController();
  using healthy = supervision.watch("sender", 15_000);
  using hung = supervision.watch("analyzer", 15_000);
  const running = supervision.run(stop.signal);
  const pass = async () => {
    await time.waitForSleeper();
    healthy.beat();
    time.advance(10_000);
    await time.waitForSleeper();
  };
  await pass();
  await pass();
  expect(told).toEqual(["alive", "alive"]);
  expect(log.lines.map(({ fields }) => fields["stuck"])).toEqual([["analyzer"]]);
  hung.beat();
  await pass();
  expect(told).toEqual(["alive", "alive", "alive"]);
  stop.abort();
  await running;
});

Deno.test("Supervision does not miss a part that has ended", async () => {
  const { supervision, time, told } = supervised();
  const stop = new AbortController();
  supervision.watch("analyzer", 1)[Symbol.dispose]();
  const running = supervision.run(stop.signal);
  await time.waitForSleeper();
  time.advance(10_000);
  await time.waitForSleeper();
  stop.abort();
  await running;
  expect(told).toEqual(["alive", "alive"]);
});

Deno.test("unsupervised() has no watchdog to feed", async () => {
  const none = unsupervised({ time: new FakeTimeProvider(), log: new FakeLogger() });
  expect(none.watches).toBe(false);
  await none.run(new AbortController().signal);
});
