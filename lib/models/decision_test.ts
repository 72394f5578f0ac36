import { expect } from "expect";
import {
  DECISION_WHY_CHARACTERS_MAX,
  decisionToWire,
  messageDecision,
  readDecision,
} from "./decision.ts";
import { JsonReader } from "./json_reader.ts";
import { ParseError } from "./parse_error.ts";
import { newPendingStart } from "./pending_start_message.ts";
import { newPendingStop } from "./pending_stop_message.ts";

const ID = { appGuid: "app", appVersion: "v1" };
const START = newPendingStart(100, {
  ...ID,
  instanceIndex: 2,
  reason: "MISSING",
  priority: 1,
  delaySeconds: 30,
  keepAliveSeconds: 30,
  messageId: "m-1",
});
const STOP = newPendingStop(100, {
  ...ID,
  instanceGuid: "i-1",
  reason: "EXTRA",
  keepAliveSeconds: 30,
  messageId: "m-2",
});

const read = (wire: unknown) =>
  readDecision("decision", new JsonReader("decision", JSON.parse(JSON.stringify(wire))));

Deno.test("messageDecision() says what became of a start, why, and when it falls due", () => {
  const why = "index 2 has no instance";
  expect(messageDecision(START, { at: 100, component: "analyzer", outcome: "enqueued", why }))
    .toEqual({
      ...ID,
      at: 100,
      component: "analyzer",
      kind: "start_enqueued",
      instanceIndex: 2,
      reason: "MISSING",
      why,
      dueAt: 130,
      messageId: "m-1",
    });
});

Deno.test("messageDecision() names the instance of a stop, and its index where that is known", () => {
  const stopped = messageDecision(STOP, { at: 1, component: "sender", outcome: "dropped" });
  expect(stopped).toMatchObject({ kind: "stop_dropped", instanceGuid: "i-1", why: "" });
  expect("instanceIndex" in stopped).toBe(false);
  const placed = { at: 1, component: "sender", outcome: "sent", instanceIndex: 4 } as const;
  expect(messageDecision(STOP, placed)).toMatchObject({ kind: "stop_sent", instanceIndex: 4 });
});

Deno.test("messageDecision() cuts a sentence that is too long", () => {
  const decided = { at: 1, component: "sender", outcome: "dropped", why: "x".repeat(999) } as const;
  expect(messageDecision(START, decided).why).toHaveLength(DECISION_WHY_CHARACTERS_MAX);
});

Deno.test("readDecision() reads what decisionToWire() makes", () => {
  const omitted = {
    at: 5,
    component: "evacuator",
    kind: "omitted",
    appGuid: "",
    appVersion: "",
    reason: "start_enqueued",
    why: "",
    count: 7,
  } as const;
  const sent = messageDecision(STOP, { at: 9, component: "sender", outcome: "sent", why: "so" });
  const queued = messageDecision(START, { at: 9, component: "analyzer", outcome: "enqueued" });
  for (const decision of [omitted, sent, queued]) {
    expect(read(decisionToWire(decision))).toEqual(decision);
  }
});

const WIRE = decisionToWire(
  messageDecision(START, { at: 1, component: "sender", outcome: "sent" }),
);
const BROKEN: [name: string, change: Record<string, unknown>][] = [
  ["an unknown component", { "component": "nobody" }],
  ["an unknown kind", { "kind": "start_thought_about" }],
  ["no kind", { "kind": null }],
  ["half an app", { "version": "" }],
  ["a guid with a comma", { "droplet": "a,b" }],
  ["an index below 0", { "index": -1 }],
  ["a time that is no number", { "at": "now" }],
  ["an instance that is no guid", { "instance": "a/b" }],
];

for (const [name, change] of BROKEN) {
  Deno.test(`readDecision() refuses ${name}`, () => {
    expect(() => read({ ...WIRE, ...change })).toThrow(ParseError);
  });
}

Deno.test("readDecision() quotes an unknown kind so that it can be logged", () => {
  expect(() => read({ ...WIRE, "kind": "\ufeffsent\x7f" })).toThrow(
    'kind: "\\ufeffsent\\u007f" is none',
  );
});
