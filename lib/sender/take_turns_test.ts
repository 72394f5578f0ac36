import { expect } from "expect";
import { AppFixture } from "../../test_helpers/app.ts";
import { queuedStart } from "../../test_helpers/queued_messages.ts";
import { takeTurns } from "./take_turns.ts";

const big = new AppFixture("big");
const small = new AppFixture("small");
const tiny = new AppFixture("tiny");

Deno.test("takeTurns() lets no app wait for another's second start", () => {
  const starts = [
    ...[0, 1, 2, 3].map((instanceIndex) => queuedStart(big.id, { instanceIndex })),
    ...[0, 1].map((instanceIndex) => queuedStart(small.id, { instanceIndex })),
    queuedStart(tiny.id),
  ];
  const names = takeTurns(starts).map(({ message: m }) => `${m.appGuid} ${m.instanceIndex}`);
  expect(names).toEqual(["big 0", "small 0", "tiny 0", "big 1", "small 1", "big 2", "big 3"]);
});

Deno.test("takeTurns() keeps evacuations before all others [PEN-12]", () => {
  const starts = [
    queuedStart(big.id, { priority: 2, instanceIndex: 0 }),
    queuedStart(big.id, { priority: 2, instanceIndex: 1 }),
    queuedStart(small.id),
  ];
  expect(takeTurns(starts)).toEqual(starts);
});
