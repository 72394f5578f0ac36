/**
 * What every message bus must do: one suite, run unchanged over each adapter.
 *
 * ```ts
 * messageBusConformance({ name: "MyBus", open: async () => ({ bus, another, … }) });
 * ```
 *
 * @module
 */

import { expect } from "expect";
import { BusUnavailableError, type MessageBus } from "../lib/message_bus/message_bus.ts";
import type { FakeLogger } from "./fake_logger.ts";
import { MessageInbox, textOf } from "./message_inbox.ts";
import type { MetricsRegistry } from "../lib/helpers/metrics.ts";

/** One bus under test: a first connection, and more on demand. */
export interface BusUnderTest extends AsyncDisposable {
  readonly bus: MessageBus;
  /** Opens another connection to the same bus. */
  another(): Promise<MessageBus>;
  /** Where `bus` logs. */
  readonly log: FakeLogger;
  /** Where `bus` counts. */
  readonly metrics: MetricsRegistry;
  /** Lets `ms` milliseconds pass for requests in progress; absent where they pass by themselves. */
  elapse?(ms: number): Promise<void>;
}

/** An adapter to be tested. */
export interface ConformanceOptions {
  /** What the tests are called after. */
  readonly name: string;
  /** Makes a bus of its own for one test; disposing of it closes every connection. */
  open(): Promise<BusUnderTest>;
}

/** Longest a single test may take, in milliseconds: an event that never comes must fail, not hang. */
const TEST_MS_MAX = 30_000;

/** Registers the suite for one adapter. */
export function messageBusConformance(options: ConformanceOptions): void {
  const test = (title: string, body: (under: BusUnderTest) => Promise<void>) =>
    Deno.test({
      name: `${options.name} ${title}`,
      timeout: TEST_MS_MAX,
      fn: async () => {
        await using under = await options.open();
        await body(under);
      },
    });
  registerDelivery(test);
  registerPayloads(test);
  registerSharing(test);
  registerRequests(test);
  registerFailures(test);
  registerSubscriptionEnd(test);
  registerConnectionEnd(test);
}

type Register = (title: string, body: (under: BusUnderTest) => Promise<void>) => void;

/** Resolves when all that was published on the first connection has reached the others. */
async function settle(publisher: MessageBus, ...subscribers: MessageBus[]): Promise<void> {
  await publisher.flush();
  for (const subscriber of subscribers) await subscriber.flush();
}

/** Long enough for a promise that does not wait for what it should wait for to be kept. */
async function turns(bus: MessageBus): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await bus.flush();
}

function registerDelivery(test: Register): void {
  test("delivers a message to a subscriber on another connection", async ({ bus, another }) => {
    const other = await another();
    const inbox = new MessageInbox();
    other.subscribe("dea.heartbeat", inbox.take);
    await other.flush();
    bus.publish("dea.heartbeat", "hello");
    await inbox.waitFor(1);
    expect(inbox.texts).toEqual(["hello"]);
    expect(inbox.messages[0]?.subject).toBe("dea.heartbeat");
    expect(inbox.messages[0]?.reply).toBeUndefined();
  });

  test("delivers to the publisher's own subscriptions, after publish has returned", async ({ bus }) => {
    const inbox = new MessageInbox();
    bus.subscribe("a", inbox.take);
    bus.publish("a", "1");
    expect(inbox.texts).toEqual([]);
    await inbox.waitFor(1);
  });

  test("delivers the messages of a subject in the order of publishing", async ({ bus, another }) => {
    const other = await another();
    const inbox = new MessageInbox();
    other.subscribe("a", inbox.take);
    await other.flush();
    const texts = Array.from({ length: 500 }, (_, index) => String(index));
    for (const text of texts) bus.publish("a", text);
    await inbox.waitFor(texts.length);
    expect(inbox.texts).toEqual(texts);
  });

  test("delivers to one connection in the order of publishing, over all subjects", async (under) => {
    const other = await under.another();
    const inbox = new MessageInbox();
    for (const subject of ["a", "b", "c"]) other.subscribe(subject, inbox.take);
    await other.flush();
    for (const subject of ["a", "b", "a", "c", "b"]) under.bus.publish(subject, subject);
    await inbox.waitFor(5);
    expect(inbox.texts).toEqual(["a", "b", "a", "c", "b"]);
  });

  test("matches * to one token and > to the rest", async ({ bus }) => {
    const one = new MessageInbox();
    const rest = new MessageInbox();
    const end = new MessageInbox();
    bus.subscribe("dea.*", one.take);
    bus.subscribe("dea.>", rest.take);
    bus.subscribe("end", end.take);
    for (const subject of ["dea", "dea.a", "dea.a.b", "other.a"]) bus.publish(subject, subject);
    bus.publish("end", "");
    await end.waitFor(1);
    expect(one.texts).toEqual(["dea.a"]);
    expect(rest.texts).toEqual(["dea.a", "dea.a.b"]);
  });
}

function registerPayloads(test: Register): void {
  test("keeps binary payloads as they are, empty ones too", async ({ bus }) => {
    const inbox = new MessageInbox();
    const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
    bus.subscribe("a", inbox.take);
    bus.publish("a", bytes);
    bus.publish("a", new Uint8Array());
    await inbox.waitFor(2);
    expect(inbox.messages.map(({ data }) => [...data])).toEqual([[...bytes], []]);
  });

  test("refuses a subject that is none", async ({ bus }) => {
    for (const subject of ["", "a b", "a..b", "a\r\nPUB"]) {
      expect(() => bus.publish(subject, "")).toThrow(TypeError);
      expect(() => bus.subscribe(subject, () => {})).toThrow(TypeError);
      await expect(bus.request(subject, "", { timeoutMs: 10 })).rejects.toThrow(TypeError);
    }
    await bus.flush();
  });

  test("refuses a payload over the limit, and goes on", async ({ bus }) => {
    const inbox = new MessageInbox();
    bus.subscribe("a", inbox.take);
    expect(() => bus.publish("a", new Uint8Array(1_048_577))).toThrow(RangeError);
    bus.publish("a", new Uint8Array(1_048_576));
    await inbox.waitFor(1);
    expect(inbox.messages[0]?.data.byteLength).toBe(1_048_576);
  });
}

function registerSharing(test: Register): void {
  test("delivers to every plain subscriber", async ({ bus, another }) => {
    const other = await another();
    const inboxes = [new MessageInbox(), new MessageInbox(), new MessageInbox()];
    inboxes.forEach((inbox, index) => (index === 0 ? bus : other).subscribe("a", inbox.take));
    await settle(bus, other);
    bus.publish("a", "1");
    for (const inbox of inboxes) await inbox.waitFor(1);
    await settle(bus, other);
    expect(inboxes.map(({ texts }) => texts)).toEqual([["1"], ["1"], ["1"]]);
  });

  test("gives each message to one member of a queue group, and to each some", async (under) => {
    const members = [under.bus, await under.another(), await under.another()];
    const inboxes = members.map(() => new MessageInbox());
    const plain = new MessageInbox();
    members.forEach((member, index) =>
      member.subscribe("a", inboxes[index]?.take ?? (() => {}), { queue: "hm9000" })
    );
    under.bus.subscribe("a", plain.take);
    await settle(under.bus, ...members);
    const texts = Array.from({ length: 300 }, (_, index) => String(index));
    for (const text of texts) under.bus.publish("a", text);
    await settle(under.bus, ...members);
    const received = inboxes.flatMap((inbox) => inbox.texts).map(Number).sort((a, b) => a - b);
    expect(received.map(String)).toEqual(texts);
    inboxes.forEach((inbox) => expect(inbox.texts.length).toBeGreaterThan(30));
    expect(plain.texts).toEqual(texts);
  });

  test("gives a message to one member of each queue group", async ({ bus }) => {
    const left = new MessageInbox();
    const right = new MessageInbox();
    bus.subscribe("a", left.take, { queue: "left" });
    bus.subscribe("a", right.take, { queue: "right" });
    bus.publish("a", "1");
    await Promise.all([left.waitFor(1), right.waitFor(1)]);
  });
}

function registerRequests(test: Register): void {
  test("answers a request", async ({ bus, another }) => {
    const other = await another();
    other.subscribe("app.state", (message) => message.respond(`re: ${textOf(message)}`));
    await other.flush();
    const answer = await bus.request("app.state", "question", { timeoutMs: 10_000 });
    expect(textOf(answer)).toBe("re: question");
  });

  test("keeps the answers of simultaneous requests apart", async ({ bus, another }) => {
    const other = await another();
    other.subscribe("double", async (message) => {
      await Promise.resolve();
      message.respond(String(2 * Number(textOf(message))));
    });
    await other.flush();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    const answers = await Promise.all(
      numbers.map((number) => bus.request("double", String(number), { timeoutMs: 10_000 })),
    );
    expect(answers.map(textOf).map(Number)).toEqual(numbers.map((number) => 2 * number));
  });

  test("fails a request at once when nobody listens", async ({ bus }) => {
    const request = bus.request("nobody.here", "", { timeoutMs: 3_600_000 });
    await expect(request).rejects.toThrow(BusUnavailableError);
    await expect(request).rejects.toThrow('Cannot request "nobody.here": nobody listens');
  });

  test("fails a request that is not answered in time", async ({ bus, elapse }) => {
    const asked = new MessageInbox();
    bus.subscribe("silent", asked.take);
    const request = bus.request("silent", "", { timeoutMs: 50 });
    await Promise.all([
      expect(request).rejects.toThrow(BusUnavailableError),
      expect(request).rejects.toThrow('Cannot request "silent": no answer within 50 ms'),
      elapse?.(50),
    ]);
    await asked.waitFor(1);
  });

  test("does nothing when an answer is not expected", async ({ bus, log }) => {
    const inbox = new MessageInbox();
    bus.subscribe("a", (message) => {
      message.respond("unasked");
      inbox.take(message);
    });
    bus.publish("a", "1");
    await inbox.waitFor(1);
    expect(log.messages("error")).toEqual([]);
  });
}

function registerFailures(test: Register): void {
  const failing = {
    "throws": () => {
      throw new Error("broken handler");
    },
    "rejects": () => Promise.reject(new Error("broken handler")),
  };
  for (const [verb, fail] of Object.entries(failing)) {
    test(`loses only the message whose handler ${verb}`, async ({ bus, log, metrics }) => {
      const inbox = new MessageInbox();
      const other = new MessageInbox();
      bus.subscribe("a", (message) => {
        inbox.take(message);
        return textOf(message) === "bad" ? fail() : undefined;
      });
      bus.subscribe("a", other.take);
      for (const text of ["1", "bad", "bad", "2"]) bus.publish("a", text);
      await Promise.all([inbox.waitFor(4), other.waitFor(4)]);
      await bus.flush();
      expect(inbox.texts).toEqual(["1", "bad", "bad", "2"]);
      expect(metrics.get("message_handler_errors")).toBe(2);
      expect(log.messages("error")).toEqual(["Failed to handle a message"]);
    });
  }
}

function registerSubscriptionEnd(test: Register): void {
  test("ends one subscription and leaves the others", async ({ bus }) => {
    const ended = new MessageInbox();
    const kept = new MessageInbox();
    const subscription = bus.subscribe("a", ended.take);
    bus.subscribe("a", kept.take);
    bus.publish("a", "1");
    await subscription.drain();
    bus.publish("a", "2");
    await kept.waitFor(2);
    expect(subscription.subject).toBe("a");
    expect(ended.texts).toEqual(["1"]);
    await subscription.drain();
  });

  test("waits for the handlers of a subscription that ends", async ({ bus }) => {
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    const events: string[] = [];
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const subscription = bus.subscribe("a", async () => {
      begin();
      await mayGoOn;
      events.push("handled");
    });
    bus.publish("a", "1");
    await begun;
    const drained = subscription.drain().then(() => events.push("drained"));
    await turns(bus);
    goOn();
    await drained;
    expect(events).toEqual(["handled", "drained"]);
  });
}

function registerConnectionEnd(test: Register): void {
  test("delivers what is queued and answers what is asked before it drains", async (under) => {
    const asker = await under.another();
    const { promise: mayGoOn, resolve: goOn } = Promise.withResolvers<void>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    under.bus.subscribe("slow", async (message) => {
      begin();
      await mayGoOn;
      message.respond("late but there");
    });
    await under.bus.flush();
    const answer = asker.request("slow", "", { timeoutMs: 3_600_000 });
    await begun;
    const drained = under.bus.drain();
    await turns(asker);
    goOn();
    await drained;
    expect(textOf(await answer)).toBe("late but there");
  });

  test("is over once drained", async ({ bus }) => {
    expect(bus.connected).toBe(true);
    bus.subscribe("a", () => {});
    await Promise.all([bus.drain(), bus.drain()]);
    expect(await bus.closed).toBeUndefined();
    expect(bus.connected).toBe(false);
    expect(() => bus.publish("a", "1")).toThrow(BusUnavailableError);
    expect(() => bus.subscribe("a", () => {})).toThrow(BusUnavailableError);
    await expect(bus.flush()).rejects.toThrow(BusUnavailableError);
    await expect(bus.request("a", "", { timeoutMs: 10 })).rejects.toThrow(BusUnavailableError);
    await bus.drain();
  });

  test("sends what was published before it drains", async ({ bus, another }) => {
    const other = await another();
    const inbox = new MessageInbox();
    other.subscribe("a", inbox.take);
    await other.flush();
    for (let index = 0; index < 100; index += 1) bus.publish("a", String(index));
    await bus.drain();
    await inbox.waitFor(100);
  });

  test("leaves other connections open when it drains", async ({ bus, another }) => {
    const other = await another();
    await bus.drain();
    const inbox = new MessageInbox();
    other.subscribe("a", inbox.take);
    other.publish("a", "1");
    await inbox.waitFor(1);
  });
}
