import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { nextDue } from "./next_due.ts";

const app = new AppFixture("app").id;

Deno.test("nextDue() is when the next message is to be sent, or expires [PEN-14] [PEN-16]", () => {
  const unsent = queuedStart(app, { sendOn: 150 });
  const sent = queuedStart(app, { sendOn: 100, sentOn: 110, keepAlive: 30 });
  expect(nextDue([unsent, sent], 120)).toBe(140);
  expect(nextDue([unsent, sent], 140)).toBe(150);
  expect(nextDue([unsent, sent], 150)).toBe(Infinity);
  expect(nextDue([], 0)).toBe(Infinity);
});
