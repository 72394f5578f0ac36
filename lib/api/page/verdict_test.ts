import { expect } from "expect";
import { duration } from "./assets/format.js";
import { findings, isLost, LED } from "./assets/verdict.js";

const NOW = 1_000_000;

const FLEET = {
  "stale_because": null,
  "apps": {},
  "instances": { "desired": 10, "running": 10 },
  "freshness": { "actual": { fresh: true, since: 1 }, "desired": { fresh: true, since: 1 } },
  "deas": { "present": 1 },
  "queue": { "starts": 0, "stops": 0 },
  "leaders": LED.map((component) => ({ component, id: "id", epoch: 1 })),
  "holds": [],
};

const KNOWN = { fleet: FLEET, heardAt: NOW - 1, failure: undefined, now: NOW };

/** The titles that are shown for a fleet that differs, with their tones. */
function titles(differing: Record<string, unknown>): string[] {
  const fleet = { ...FLEET, ...differing } as typeof FLEET;
  return findings({ ...KNOWN, fleet }).map(({ tone, title }) => `${tone}: ${title}`);
}

Deno.test("findings() says that all is well only when it is", () => {
  expect(titles({})).toEqual(["ok: All is as desired"]);
  expect(titles({ "instances": { "desired": 10, "missing": 1 } })).toEqual(["bad: Missing"]);
  expect(titles({ "instances": { "desired": 10, "crashed": 1 } })).toEqual(["warn: Crashed"]);
  expect(titles({ "apps": { "undesired": 1 } })).toEqual(["warn: Not desired"]);
});

Deno.test("findings() says when hm9000 does not act, and why", () => {
  expect(titles({ "stale_because": "Cannot act on what is stored: no heartbeats" })).toEqual([
    "bad: Stale: hm9000 is not acting",
  ]);
  expect(titles({ "leaders": [] })).toEqual(["bad: Nobody leads"]);
  const hold = { name: "x", reason: "r", by: "ada", "set_at": NOW, source: "operator" };
  expect(titles({ "holds": [{ ...hold, holds: "starts" }] })).toEqual(["warn: Starts are held"]);
  expect(titles({ "holds": [{ ...hold, holds: "all", source: "breaker" }] })).toEqual([
    "bad: Starts and stops are held",
  ]);
});

Deno.test("findings() begins with the worst", () => {
  const holds = [{
    name: "x",
    reason: "r",
    by: "a",
    "set_at": 1,
    source: "operator",
    holds: "all",
  }];
  expect(titles({ "holds": holds, "instances": { "missing": 3 } })).toEqual([
    "bad: Missing",
    "warn: Starts and stops are held",
  ]);
});

Deno.test("what was heard too long ago, or after a failure, does not pass for what is", () => {
  expect(isLost(KNOWN)).toBe(false);
  expect(isLost({ ...KNOWN, heardAt: NOW - 16 })).toBe(true);
  const failure = { title: "Connection lost", text: "no answer" };
  const [first] = findings({ ...KNOWN, failure, heardAt: NOW - 90 });
  expect(first).toMatchObject({ tone: "bad", title: "Connection lost" });
  expect(first?.text).toContain("90 s ago: no answer. What you see below is from then.");
  expect(findings({ ...KNOWN, failure, fleet: undefined, heardAt: 0 })[0]?.text).toContain(
    "Nothing is known yet",
  );
});

Deno.test("duration() is short, and never below nothing", () => {
  const shown = [-5, 0, 119, 120, 7_199, 7_200, 7_260, 172_799, 172_800].map(duration);
  expect(shown).toEqual([
    ...["0 s", "0 s", "119 s", "2 min", "119 min", "2 h", "2 h 1 min", "47 h 59 min", "2 d"],
  ]);
});
