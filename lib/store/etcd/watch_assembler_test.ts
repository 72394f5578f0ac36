import { expect } from "expect";
import type { WatchEvent } from "../store.ts";
import type { WatchResponse } from "./wire.ts";
import { WatchAssembler } from "./watch_assembler.ts";

function deleted(key: string, revision: number): WatchEvent {
  return { kind: "delete", key, revision };
}

function answer(events: readonly WatchEvent[], fragment = false): WatchResponse {
  const header = { clusterId: "1", revision: 9 };
  return { header, created: false, canceled: undefined, compactRevision: 0, fragment, events };
}

Deno.test("WatchAssembler.add() hands on whole answers as they are", () => {
  const assembler = new WatchAssembler();
  const events = [deleted("a", 2), deleted("b", 2), deleted("a", 3)];
  expect(assembler.add(answer(events))).toEqual({ revision: 3, events });
  expect(assembler.add(answer([]))).toBeUndefined();
});

Deno.test("WatchAssembler.add() keeps a revision together that fragments tear apart", () => {
  const assembler = new WatchAssembler();
  const [a2, a3, b3, c3, a4] = [
    deleted("a", 2),
    deleted("a", 3),
    deleted("b", 3),
    deleted("c", 3),
    deleted("a", 4),
  ];
  expect(assembler.add(answer([a2, a3], true))).toEqual({ revision: 2, events: [a2] });
  expect(assembler.add(answer([b3], true))).toBeUndefined();
  expect(assembler.add(answer([c3, a4]))).toEqual({ revision: 4, events: [a3, b3, c3, a4] });
});
