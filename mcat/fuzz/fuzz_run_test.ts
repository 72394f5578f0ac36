import { expect } from "expect";
import { parseJson } from "../../lib/models/json_reader.ts";
import { readOrRefused, requireSame } from "./expectations.ts";
import { fuzz, tryOn } from "./fuzz_run.ts";
import { shrinkInput } from "./shrink_input.ts";
import { bytesOf, type FuzzTarget, FuzzViolation, textOf } from "./target.ts";

/** A reader of JSON that cannot bear a null. */
const FAULTY: FuzzTarget = {
  name: "faulty",
  seeds: [bytesOf({ "a": 1 })],
  dictionary: ["null"],
  check: (input) => {
    const read = readOrRefused(() => parseJson("faulty", input));
    if (read === undefined) return "refused";
    if (textOf(input).includes("null")) throw new TypeError("Cannot read properties of null");
    return "accepted";
  },
};

Deno.test("fuzz() finds a fault, shrinks what shows it, and finds it again with the same seed", async () => {
  const { finding, accepted, inputs } = await fuzz(FAULTY, { seed: 1, inputs: 10_000 });
  expect(textOf(finding?.input ?? new Uint8Array())).toBe("null");
  expect(finding?.error).toContain("Cannot read properties of null");
  expect([finding?.position, accepted > 0]).toEqual([inputs - 1, true]);
  const again = (await fuzz(FAULTY, { seed: 1, inputs: 10_000 })).finding;
  expect([again?.position, again?.input]).toEqual([finding?.position, finding?.input]);
});

Deno.test("fuzz() says how much was taken when it finds nothing", async () => {
  const sound = { ...FAULTY, dictionary: [] };
  const { finding, accepted, inputs } = await fuzz(sound, { seed: 1, inputs: 500 });
  expect([finding, inputs]).toEqual([undefined, 500]);
  expect(accepted).toBeGreaterThan(50);
  expect(accepted).toBeLessThan(450);
});

Deno.test("fuzz() makes inputs from what was found once, too", async () => {
  const sound = { ...FAULTY, dictionary: [] };
  const corpus = [bytesOf("[null]")];
  expect((await fuzz(sound, { seed: 1, inputs: 500, corpus })).finding).toBeDefined();
});

Deno.test("tryOn() takes any error but a documented one for a finding, and one that cannot be logged", async () => {
  const errorOf = async (error: Error) => {
    const check = () => readOrRefused(() => fail(error), [SyntaxError]) ? "accepted" : "refused";
    return (await tryOn({ ...FAULTY, check }, new Uint8Array())).error;
  };
  expect(await errorOf(new SyntaxError("no"))).toBeUndefined();
  expect(await errorOf(new TypeError("no"))).toBeInstanceOf(TypeError);
  expect(await errorOf(new SyntaxError("x".repeat(1_001)))).toBeInstanceOf(FuzzViolation);
  expect(await errorOf(new SyntaxError("\x1b[2J"))).toBeInstanceOf(FuzzViolation);
});

function fail(error: Error): never {
  throw error;
}

Deno.test("requireSame() looks at what is said, not at the order in which it stands", () => {
  requireSame("two", [{ a: 1, b: [{ c: 2, d: 3 }] }, { b: [{ d: 3, c: 2 }], a: 1 }]);
  expect(() => requireSame("two", [[1, 2], [2, 1]])).toThrow(FuzzViolation);
  expect(() => requireSame("two", [{ a: 1 }, {}])).toThrow(FuzzViolation);
});

Deno.test("shrinkInput() keeps no byte that is not needed", async () => {
  const shows = (input: Uint8Array) =>
    Promise.resolve(textOf(input).includes("a") && textOf(input).includes("b"));
  expect(textOf(await shrinkInput(bytesOf("xxxxaxxxxxxxxbxxx"), shows))).toBe("ab");
});
