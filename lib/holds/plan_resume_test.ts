import { expect } from "expect";
import type { Hold } from "../models/hold.ts";
import { NothingToResumeError, planResume, WhichHoldError } from "./plan_resume.ts";

const base = { source: "operator", reason: "a test", by: "ada", setAt: 100 } as const;
const starts: Hold = { ...base, name: "starts", holds: "starts", expiresAt: 200 };
const stops: Hold = { ...base, name: "stops", holds: "stops", expiresAt: 200 };
const all: Hold = { ...base, name: "all", holds: "all", expiresAt: 200 };
const lost: Hold = { ...base, source: "breaker", name: "dea_loss", holds: "starts" };
const mass: Hold = { ...base, source: "breaker", name: "mass_stop", holds: "stops" };

/** The names of what ends, of what is waived and of what is left. */
function planned(holds: readonly Hold[], what: string | undefined) {
  const { ended, waived, left } = planResume(holds, what);
  return { ended: ended.map(({ name }) => name), waived, left: left?.name };
}

Deno.test("planResume() ends the one hold there is when nothing is said", () => {
  expect(planned([starts], undefined)).toEqual({ ended: ["starts"], waived: [], left: undefined });
  expect(planned([mass], undefined)).toMatchObject({ ended: ["mass_stop"], waived: ["mass_stop"] });
});

Deno.test("planResume() asks which when several are held, and says which they are", () => {
  expect(() => planResume([starts, mass], undefined)).toThrow(WhichHoldError);
  expect(() => planResume([starts, mass], undefined)).toThrow(/starts, mass_stop/);
});

Deno.test("planResume() of starts or stops ends every hold on these alone, breakers' included", () => {
  const holds = [starts, stops, lost, mass];
  expect(planned(holds, "starts")).toMatchObject({
    ended: ["starts", "dea_loss"],
    waived: ["dea_loss"],
  });
  expect(planned(holds, "stops")).toMatchObject({
    ended: ["stops", "mass_stop"],
    waived: ["mass_stop"],
  });
});

Deno.test("planResume() of one part leaves the other part of a hold on all", () => {
  expect(planResume([all], "starts").left).toEqual({ ...all, name: "stops", holds: "stops" });
  expect(planResume([all], "stops").left).toEqual({ ...all, name: "starts", holds: "starts" });
  // What holds the other part already is not replaced.
  expect(planned([all, stops], "starts")).toMatchObject({ ended: ["all"], left: undefined });
});

Deno.test("planResume() of all ends everything, of a name that hold alone", () => {
  expect(planned([starts, all, mass], "all").ended).toEqual(["starts", "all", "mass_stop"]);
  expect(planned([starts, lost], "dea_loss")).toMatchObject({ ended: ["dea_loss"] });
});

Deno.test("planResume() says what is held when nothing of the kind is", () => {
  const refused = [[[], undefined], [[], "all"], [[starts], "stops"], [
    [lost],
    "mass_stop",
  ]] as const;
  for (const [holds, what] of refused) {
    expect(() => planResume(holds, what)).toThrow(NothingToResumeError);
  }
  expect(() => planResume([lost], "stops")).toThrow(
    'Cannot resume "stops": held is starts (dea_loss)',
  );
});
