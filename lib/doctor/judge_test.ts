import { expect } from "expect";
import { renderFindings } from "./finding.ts";
import { judgeClock } from "./judge_clock.ts";
import { judgeEtcdStatus } from "./judge_etcd.ts";

const date = "Thu, 01 Jan 1970 00:16:40 GMT"; // 1000 s

Deno.test("judgeClock() takes two seconds for none, and says which clock is ahead", () => {
  const states = [998, 1002, 1003, 997].map((now) => judgeClock("it", { date, now })[0]);
  expect(states.map((finding) => finding?.state)).toEqual(["ok", "ok", "warning", "warning"]);
  expect(states[2]?.message).toContain("3 s behind");
  expect(states[3]?.message).toContain("3 s ahead");
});

Deno.test("judgeClock() says nothing where the answer has no date", () => {
  expect(judgeClock("it", { date: undefined, now: 0 })).toEqual([]);
});

function judged(status: Record<string, unknown>, alarms: readonly unknown[] = []) {
  const answers = { status: JSON.stringify(status), alarms: JSON.stringify({ alarms }) };
  return judgeEtcdStatus("it", answers).map(({ state, message }) => `${state}: ${message}`);
}

Deno.test("judgeEtcdStatus() finds nothing wrong with a member that is well", () => {
  const status = { version: "3.5.0", leader: "12", dbSize: String(20 * 1024 ** 2) };
  expect(judged(status)).toEqual([
    "ok: version 3.5.0, its cluster has a leader",
    "ok: its database has 20 of 2048 MiB",
  ]);
});

Deno.test("judgeEtcdStatus() sees a missing leader, a full database and alarms", () => {
  const status = { version: "3.6.0", dbSize: "900", dbSizeQuota: "1000" };
  const [leader, room, alarm] = judged(status, [{ memberID: "1", alarm: "NOSPACE" }]);
  expect(leader).toMatch(/^problem: .*no leader/);
  expect(room).toMatch(/^warning: .*nearly full/);
  expect(alarm).toBe("problem: it raises the alarm NOSPACE");
});

Deno.test("renderFindings() puts the remedy under what it is for", () => {
  expect(renderFindings([
    { subject: "a", state: "ok", message: "well", remedy: "" },
    { subject: "b", state: "problem", message: "ill", remedy: "rest" },
  ])).toEqual(["OK       a: well", "PROBLEM  b: ill", "         rest"]);
});
