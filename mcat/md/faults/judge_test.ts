import { expect } from "expect";
import { AppFixture, type InstanceFixture } from "../../../test_helpers/app.ts";
import { Judge, type Violation } from "./judge.ts";
import { FRESH_SECONDS } from "./pace.ts";
import type { Claim, Freshness } from "./store_eye.ts";
import { Truth } from "./truth.ts";

const app = new AppFixture();
const FIRST = { ...app.id, instanceIndex: 0 };
const KEY = "/hm/v1/start/app,app-version,0";
/** As of second 1000, which is millisecond 0 of the run. */
const FRESH: Freshness = { actualSince: 900, desiredSince: 900 };

Deno.test("Judge counts a message once however many saw it, and accuses who publishes it twice (I8)", () => {
  const { judge, rules } = court();
  judge.sawStart(0, start("m1"));
  judge.sawStart(1, start("m1"));
  expect([judge.starts, rules()]).toEqual([1, []]);
  judge.sawStart(1, start("m1"));
  expect([judge.starts, rules()]).toEqual([1, ["I8"]]);
});

Deno.test("Judge forgets what was published when the store is replaced", () => {
  const { judge, rules } = court();
  judge.sawClaim(claim("m1", 1000));
  judge.sawStart(0, start("m1"));
  judge.storeReplaced();
  judge.sawStart(0, start("m1"));
  judge.sawClaim(claim("m2", 1001));
  expect(rules()).toEqual([]);
});

Deno.test("Judge accuses who claims a key again within its keep-alive, but for evacuations (I8)", () => {
  const { judge, rules } = court();
  judge.sawClaim(claim("m1", 1000));
  judge.sawClaim(claim("m1", 1000)); // seen twice, by a watch that began anew
  judge.sawClaim(claim("m2", 1004));
  expect(rules()).toEqual([]);
  judge.sawClaim({ ...claim("m3", 1005), reason: "EVACUATING" });
  judge.sawClaim({ ...claim("m4", 1006), reason: "EVACUATING" });
  expect(rules()).toEqual([]);
  judge.sawClaim(claim("m5", 1010));
  judge.sawClaim(claim("m6", 1013));
  expect(rules()).toEqual(["I8"]);
});

Deno.test("Judge accuses who sends while the store is not fresh, and nobody else (I5)", () => {
  const { judge, rules, pass } = court();
  judge.sawFreshness(FRESH);
  judge.sawStart(0, start("fresh"));
  pass(5_000);
  judge.sawFreshness(FRESH);
  pass(7_000);
  judge.sawStart(0, start("stale"));
  pass(5_000);
  expect(rules()).toEqual([]);
  judge.sawFreshness({ ...FRESH, actualSince: 1_010 });
  expect(rules()).toEqual(["I5"]);
});

for (const missing of ["actualSince", "desiredSince"] as const) {
  Deno.test(`Judge takes a store without ${missing} for stale (I5)`, () => {
    const { judge, rules, pass } = court();
    judge.sawStop(0, stop(app.instanceAtIndex(0), "m1"));
    pass(5_000);
    judge.sawFreshness({ ...FRESH, [missing]: undefined });
    expect(rules()).toEqual(["I5"]);
  });
}

Deno.test("Judge dates a message by its claim: it may have lain in a socket (I5)", () => {
  const { judge, rules, pass } = court();
  judge.sawFreshness(FRESH);
  pass(20_000);
  judge.sawStart(0, start("late"));
  judge.sawClaim(claim("late", 1_002));
  pass(5_000);
  judge.sawFreshness({ actualSince: undefined, desiredSince: undefined });
  expect(rules()).toEqual([]);
});

Deno.test("Judge knows that freshness must have grown old enough (I5)", () => {
  const { judge, rules, pass } = court();
  judge.sawStart(0, start("young"));
  pass(5_000);
  judge.sawFreshness({ ...FRESH, actualSince: 1_000 - FRESH_SECONDS + 1 });
  expect(rules()).toEqual(["I5"]);
});

Deno.test("Judge accuses a stop that leaves a desired index to nobody, whatever was told before (I4, I6)", () => {
  const one = app.instanceAtIndex(0);
  const twin = app.anotherInstanceAtIndex(0);
  const { rules, desired, stops } = court();
  desired([one, twin]);
  stops(twin, { isDuplicate: true });
  expect(rules()).toEqual([]);
  stops(one, { isDuplicate: true }); // its twin is on its way out
  stops(app.instanceAtIndex(1), { isDuplicate: false });
  expect(rules()).toEqual(["I4", "I6"]);
});

Deno.test("Judge lets what crashed be stopped, and what is not desired for sure", () => {
  const { rules, desired, stops, pass } = court();
  const crashed = app.instanceAtIndex(0);
  desired([crashed]);
  stops(crashed, { isDuplicate: false, state: "CRASHED" });
  stops(app.instanceAtIndex(7), { isDuplicate: false });
  pass(10_000);
  expect(rules()).toEqual([]);
});

Deno.test("Judge accuses a start of what has been served for long, and still is (I1)", () => {
  const { judge, rules, pass, served } = court();
  served.sinceMs = 0;
  pass(8_000);
  judge.sawStart(0, start("m1"));
  pass(5_000);
  judge.sawFreshness(FRESH);
  expect(rules()).toEqual(["I1"]);
  served.sinceMs = 6_000; // it had crashed by then
  judge.sawStart(0, start("m2"));
  pass(5_000);
  judge.sawFreshness(FRESH);
  expect(rules()).toEqual(["I1"]);
});

Deno.test("Judge accuses a start of what nobody has desired for long (I2)", () => {
  const { judge, rules, truth, pass } = court({ desires: false });
  truth.look({ instances: [], desired: [] }, 0);
  pass(60_000);
  judge.sawStart(0, start("m1"));
  expect(rules()).toEqual(["I2"]);
});

/** A judge, and the world he looks at: FIRST and the index after it have been desired for a minute. */
function court({ desires = true }: { readonly desires?: boolean } = {}) {
  const violations: Violation[] = [];
  const truth = new Truth();
  const served = { sinceMs: Infinity };
  let nowMs = 0;
  const judge = new Judge({
    clock: { nowMs: () => nowMs },
    time: { now: () => 1000 + Math.floor(nowMs / 1000) },
    truth,
    servedSince: (_, sinceMs) => served.sinceMs <= sinceMs,
    onViolation: (violation) => violations.push(violation),
  });
  const desired = (running: readonly InstanceFixture[]) => {
    const instances = running.map((one) => one.heartbeat());
    truth.look({ instances, desired: [app.desiredState({ instances: 2 })] }, nowMs);
  };
  const stops = (
    one: InstanceFixture,
    { isDuplicate, state = "RUNNING" }: {
      readonly isDuplicate: boolean;
      readonly state?: "RUNNING" | "CRASHED";
    },
  ) =>
    judge.didOrder({
      kind: "stop",
      message: { ...stop(one, "m"), isDuplicate },
      deaGuid: "dea",
      stopped: one.heartbeat(state),
    });
  if (desires) {
    truth.look({ instances: [], desired: [app.desiredState({ instances: 2 })] }, -60_000);
    desired([]);
  }
  const rules = () => violations.map(({ rule }) => rule);
  return { judge, truth, served, rules, desired, stops, pass: (ms: number) => nowMs += ms };
}

function start(messageId: string) {
  return { ...FIRST, messageId };
}

function stop(one: InstanceFixture, messageId: string) {
  const { appGuid, appVersion, instanceGuid, instanceIndex } = one.identity;
  return { appGuid, appVersion, instanceGuid, instanceIndex, isDuplicate: false, messageId };
}

function claim(messageId: string, sentOn: number): Claim {
  return { key: KEY, messageId, reason: "MISSING", sentOn };
}
