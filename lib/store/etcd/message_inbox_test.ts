import { expect } from "expect";
import { MessageInbox, ReaderBehindError } from "./message_inbox.ts";

Deno.test("messages() has what came, in order, and ends when no more will come", async () => {
  const inbox = new MessageInbox<number>();
  inbox.put(1);
  inbox.put(2);
  const reading = Array.fromAsync(inbox.messages());
  await Promise.resolve();
  inbox.put(3);
  inbox.end();
  expect(await reading).toEqual([1, 2, 3]);
});

Deno.test("messages() waits for what has not come yet", async () => {
  const inbox = new MessageInbox<string>();
  const reader = inbox.messages();
  const first = reader.next();
  inbox.put("late");
  expect(await first).toEqual({ done: false, value: "late" });
  const second = reader.next();
  inbox.end();
  expect(await second).toEqual({ done: true, value: undefined });
});

Deno.test("a failure ends the reading at once, and the first is the cause", async () => {
  const inbox = new MessageInbox<number>();
  inbox.put(1);
  inbox.fail(new Error("first"));
  inbox.fail(new Error("second"));
  await expect(inbox.messages().next()).rejects.toThrow("first");
});

Deno.test("a failure wakes whoever waits", async () => {
  const inbox = new MessageInbox<number>();
  const next = inbox.messages().next();
  inbox.fail(new Error("cut"));
  await expect(next).rejects.toThrow("cut");
});

Deno.test("more than may wait ends the reading, however slow the reader is [I17]", async () => {
  const inbox = new MessageInbox<string>({ sizeOf: ({ length }) => length, waitingMax: 10 });
  const reader = inbox.messages();
  inbox.put("12345");
  inbox.put("67890");
  expect((await reader.next()).value).toBe("12345");
  inbox.put("abcde"); // What has been read does not count any more.
  expect((await reader.next()).value).toBe("67890");
  inbox.put("fghij");
  inbox.put("k");
  await expect(reader.next()).rejects.toBeInstanceOf(ReaderBehindError);
});
