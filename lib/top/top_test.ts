import { expect } from "expect";
import { BUSTLING_NOW, bustlingPage, holdStops } from "../../test_helpers/bustling_fleet.ts";
import { plainText, widthOf } from "../terminal/styled_text.ts";
import { FleetLookout } from "../api/fleet_sight.ts";
import { followTop } from "./follow_top.ts";
import { renderTop } from "./render_top.ts";
import { lookAtTop, type TopFrame, topToWire } from "./top_frame.ts";

async function frame(reason?: string): Promise<TopFrame> {
  await using served = await bustlingPage();
  const { fleet } = served;
  if (reason !== undefined) await holdStops(fleet, reason);
  const { mirror, time, store } = fleet;
  const lookout = new FleetLookout({ mirror, time, actualFreshnessTtlSeconds: 30 });
  return await lookAtTop({ lookout, indexed: fleet.sources.indexed, store });
}

Deno.test("renderTop() shows counts, leaders, the queue with reasons, DEAs and holds", async () => {
  const shown = renderTop(await frame("upgrade"), { columns: 200, rows: 60 }).map(plainText);
  const text = shown.join("\n");
  expect(shown[0]).toBe("hm9000  03:07:12 UTC  11 missing, 1 crashed");
  expect(shown[1]).toBe("HELD: stops by ada, for 1800 s more: upgrade");
  expect(text).toContain("desired 62   running 50   starting 1");
  expect(text).toContain("actual state fresh for 32831 s");
  expect(text).toContain("every component is led");
  expect(text).toContain("start cart/0  MISSING  due for 3 s");
  expect(text).toContain("start exports/2  CRASHED  in 54 s");
  expect(text).toContain("start checkout/1  MISSING  sent 4 s ago");
  expect(text).toContain("dea-3-eu-central-1a 5 6 s ago");
});

Deno.test("renderTop() fits any terminal, and no text from elsewhere gives it orders", async () => {
  const hostile = await frame("\x1b[2J\u202eowned");
  for (
    const size of [{ columns: 20, rows: 5 }, { columns: 80, rows: 24 }, { columns: 1, rows: 1 }]
  ) {
    const lines = renderTop(hostile, size);
    expect(lines.length).toBeLessThanOrEqual(size.rows);
    for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(size.columns);
    // deno-lint-ignore no-control-regex -- controls are what must not be there
    expect(lines.map(plainText).join("")).not.toMatch(/[\x00-\x1f\u202e]/);
  }
});

Deno.test("renderTop() says that nothing is acted upon, and who does not lead", async () => {
  const stale = { ...await frame(), staleBecause: "no heartbeats", leaders: [] };
  const text = renderTop(stale, { columns: 200, rows: 60 }).map(plainText).join("\n");
  expect(text).toContain("NOT ACTING: no heartbeats");
  expect(text).toContain("nobody leads: actual_state_listener, desired_state_listener, analyzer");
});

Deno.test("topToWire() has everything that is shown", async () => {
  const wire = topToWire(await frame("upgrade"));
  expect(wire).toMatchObject({
    "now": BUSTLING_NOW,
    "stale_because": null,
    "instances": { "desired": 62, "missing": 11 },
    "queue": { "starts": 6, "stops": 1 },
    "holds": [{ "name": "stops" }],
  });
});

Deno.test("followTop() shows again when something changed, at most twice a second, and every second", async () => {
  await using served = await bustlingPage();
  const { fleet } = served;
  const stop = new AbortController();
  let shown = 0;
  const show = () => {
    shown += 1;
    return Promise.resolve(shown < 3);
  };
  const { mirror, time } = fleet;
  const sleepers = 1;
  const following = followTop({ mirror, time, show, signal: stop.signal });
  await time.waitForSleeper(sleepers);
  expect(shown).toBe(1);
  time.advance(500);
  await time.waitForSleeper(sleepers);
  expect(shown).toBe(1);
  await fleet.put(fleet.layout.holdKey("starts"), "{}");
  await mirror.caughtUp();
  await time.waitForSleeper(sleepers);
  expect(shown).toBe(2);
  time.advance(500);
  await time.waitForSleeper(sleepers);
  time.advance(500);
  await following;
  expect(shown).toBe(3);
});
