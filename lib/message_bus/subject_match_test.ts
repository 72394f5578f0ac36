import { expect } from "expect";
import fc from "fast-check";
import { requireSubject, subjectMatches } from "./subject_match.ts";

const token = fc.stringMatching(/^[a-z0-9_]{1,4}$/);
const tokens = fc.array(token, { minLength: 1, maxLength: 5 });

Deno.test("subjectMatches() follows NATS's rules for * and >", () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ["dea.heartbeat", "dea.heartbeat", true],
    ["dea.heartbeat", "dea.heartbeats", false],
    ["dea.heartbeat", "dea", false],
    ["dea", "dea.heartbeat", false],
    ["dea.*", "dea.heartbeat", true],
    ["dea.*", "dea", false],
    ["dea.*", "dea.a.b", false],
    ["*.heartbeat", "dea.heartbeat", true],
    ["*", "dea", true],
    ["dea.>", "dea.a", true],
    ["dea.>", "dea.a.b.c", true],
    ["dea.>", "dea", false],
    [">", "dea", true],
    [">", "dea.a.b", true],
    ["*.*.>", "a.b", false],
    ["*.*.>", "a.b.c", true],
    ["dea.h*", "dea.heartbeat", false],
  ];
  for (const [pattern, subject, expected] of cases) {
    expect([pattern, subject, subjectMatches(pattern, subject)])
      .toEqual([pattern, subject, expected]);
  }
});

Deno.test("subjectMatches() lets * replace any one token and > any tail", () => {
  fc.assert(fc.property(tokens, fc.nat(), (list, choice) => {
    const at = choice % list.length;
    const subject = list.join(".");
    const starred = list.map((item, position) => position === at ? "*" : item).join(".");
    const tailed = [...list.slice(0, at), ">"].join(".");
    expect(subjectMatches(starred, subject)).toBe(true);
    expect(subjectMatches(tailed, subject)).toBe(true);
    expect(subjectMatches(starred, `${subject}.more`)).toBe(false);
    expect(subjectMatches(tailed, `${subject}.more`)).toBe(true);
  }));
});

Deno.test("requireSubject() refuses what NATS would misread", () => {
  for (const good of ["a", "a.b", "_INBOX.1", "hm9000.start", "a.*", ">"]) {
    expect(requireSubject(good)).toBe(good);
  }
  for (const bad of ["", " ", "a b", "a\r\nPUB", "a..b", ".a", "a."]) {
    expect(() => requireSubject(bad)).toThrow("Cannot use the subject");
  }
});
