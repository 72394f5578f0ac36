import { expect } from "expect";
import * as fc from "fast-check";
import { type FetchJudgement, judgeFetch } from "./judge_fetch.ts";

const PLAUSIBLE: FetchJudgement = {
  received: 100,
  stored: 100,
  lost: 0,
  allowEmptyDesiredState: false,
  shrinkFractionMax: 0.5,
  shrinkAppsFloor: 20,
};

Deno.test("judgeFetch() holds an empty answer while apps are stored [HAZ-03] [DES-20]", () => {
  const empty = { ...PLAUSIBLE, received: 0, stored: 1, lost: 1 };
  expect(() => judgeFetch(empty)).toThrow(/allow_empty_desired_state/);
});

Deno.test("judgeFetch() obeys an empty answer when nothing is stored, or when told to", () => {
  judgeFetch({ ...PLAUSIBLE, received: 0, stored: 0 });
  const empty = { ...PLAUSIBLE, received: 0, lost: 100 };
  judgeFetch({ ...empty, allowEmptyDesiredState: true });
});

Deno.test("judgeFetch() obeys when the last apps were stopped rather than forgotten [REG-24]", () => {
  judgeFetch({ ...PLAUSIBLE, received: 2, stored: 2, lost: 2 });
});

Deno.test("judgeFetch() holds an implausible shrinkage: over the share and over the floor", () => {
  judgeFetch({ ...PLAUSIBLE, lost: 50 });
  expect(() => judgeFetch({ ...PLAUSIBLE, lost: 51 })).toThrow(/51 of 100 stored apps/);
  judgeFetch({ ...PLAUSIBLE, stored: 20, lost: 20 });
  expect(() => judgeFetch({ ...PLAUSIBLE, stored: 21, lost: 21 })).toThrow(/Holding/);
});

Deno.test("judgeFetch() never holds a fetch that loses nothing", () => {
  fc.assert(fc.property(fc.nat(), fc.nat(), (received, stored) => {
    fc.pre(received > 0);
    judgeFetch({ ...PLAUSIBLE, received, stored, lost: 0 });
  }));
});
