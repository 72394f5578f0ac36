import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { nextDue } from "./next_due.ts";

const app = new AppFixture();

Deno.test("nextDue() is when the first message falls due, or its keep-alive ends [PEN-14] [PEN-16]", () => {
  const message =
    queuedStart(app.instanceAtIndex(0).identity, { sendOn: 130, priority: 1 }).message;
  const sent = { ...message, sentOn: 100, keepAlive: 20 };
  expect(nextDue([])).toBeUndefined();
  expect(nextDue([message])).toBe(130);
  expect(nextDue([message, sent])).toBe(120);
});
