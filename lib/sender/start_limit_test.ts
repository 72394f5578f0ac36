import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { RollingLimit } from "./start_limit.ts";

const start = queuedStart(new AppFixture("app").id).message;

Deno.test("RollingLimit has room for so many starts in any stretch of a polling interval [SND-18] [SND-22]", () => {
  const limit = new RollingLimit({ limit: 3, intervalMs: 10_000 });
  expect(limit.room(0)).toBe(3);
  limit.sent(start, 0);
  limit.sent(start, 0);
  expect(limit.room(4_000)).toBe(1);
  limit.sent(start, 4_000);
  expect([limit.room(4_000), limit.nextRoomAtMs()]).toEqual([0, 10_000]);
  expect(limit.room(9_999)).toBe(0);
  expect(limit.room(10_000)).toBe(2);
  expect(limit.nextRoomAtMs()).toBe(14_000);
  expect(limit.room(14_000)).toBe(3);
});
