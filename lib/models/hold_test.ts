import { expect } from "expect";
import {
  type Hold,
  holdOnStart,
  holdOnStop,
  holdsOn,
  holdToWire,
  isBreakerName,
  isHoldName,
  parseHold,
  unreadableHold,
} from "./hold.ts";
import { ParseError } from "./parse_error.ts";

const operators: Hold = {
  name: "starts",
  holds: "starts",
  source: "operator",
  reason: "moving a rack",
  by: "ada",
  setAt: 100,
  expiresAt: 3_700,
};
const breakers: Hold = {
  name: "mass_stop",
  holds: "stops",
  source: "breaker",
  reason: "500 of 600",
  by: "mass_stop",
  setAt: 100,
};

Deno.test("holdToWire() writes what parseHold() reads, with and without an end", () => {
  expect(holdToWire(operators)).toEqual({
    "name": "starts",
    "holds": "starts",
    "source": "operator",
    "reason": "moving a rack",
    "by": "ada",
    "set_at": 100,
    "expires_at": 3_700,
  });
  for (const hold of [operators, breakers]) {
    expect(parseHold(JSON.stringify(holdToWire(hold)))).toEqual(hold);
  }
});

for (
  const broken of [
    "",
    "null",
    "{}",
    '{"name":"starts","holds":"both","source":"operator"}',
    '{"name":"starts","holds":"all","source":"somebody"}',
    '{"name":"../x","holds":"all","source":"operator"}',
    '{"name":"starts","holds":"all","source":"operator","set_at":"now"}',
    '{"name":"starts","holds":"all","source":"operator","expires_at":1.5}',
  ]
) {
  Deno.test(`parseHold() refuses ${broken || "an empty value"}`, () => {
    expect(() => parseHold(broken)).toThrow(ParseError);
  });
}

Deno.test("holdsOn() finds what keeps starts or stops back, whoever placed it", () => {
  const all: Hold = { ...operators, name: "all", holds: "all" };
  expect(holdsOn([operators, breakers, all], "starts")).toEqual([operators, all]);
  expect(holdsOn([operators, breakers, all], "stops")).toEqual([breakers, all]);
});

Deno.test("unreadableHold() holds everything [I5]", () => {
  expect(unreadableHold("stops")).toMatchObject({ name: "stops", holds: "all" });
});

Deno.test("isHoldName() takes what may end a key, isBreakerName() the breakers alone", () => {
  expect(["starts", "dea_loss", "a1"].every(isHoldName)).toBe(true);
  expect(["", "Starts", "a/b", "1a", "a b", "a".repeat(65)].some(isHoldName)).toBe(false);
  expect(isBreakerName("dea_loss")).toBe(true);
  expect(isBreakerName("starts")).toBe(false);
});

Deno.test("holdOnStart() lets evacuations pass a breaker, and nothing pass an operator", () => {
  const tripped: Hold = { ...breakers, name: "dea_loss", holds: "starts" };
  expect(holdOnStart([tripped], "MISSING")).toEqual(tripped);
  expect(holdOnStart([tripped], "CRASHED")).toEqual(tripped);
  expect(holdOnStart([tripped], "EVACUATING")).toBeUndefined();
  expect(holdOnStart([tripped, operators], "EVACUATING")).toEqual(operators);
  expect(holdOnStart([breakers], "MISSING")).toBeUndefined();
});

Deno.test("holdOnStop() is whatever holds stops", () => {
  expect(holdOnStop([operators, breakers])).toEqual(breakers);
  expect(holdOnStop([operators])).toBeUndefined();
});
