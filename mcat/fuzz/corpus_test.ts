import { expect } from "expect";
import { corpusTargets, readCorpus } from "./corpus.ts";
import { fuzz, tryOn } from "./fuzz_run.ts";
import { TARGETS } from "./targets.ts";

/** So many that each target takes some and refuses some. */
const INPUTS = 1_500;

Deno.test("every target has a name of its own, and every corpus a target", async () => {
  const names = TARGETS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const strangers = (await corpusTargets()).filter((name) => !names.includes(name));
  expect(strangers).toEqual([]);
});

for (const target of TARGETS) {
  Deno.test(`fuzz ${target.name}: its seeds are taken, and what was found once holds`, async () => {
    for (const seed of target.seeds) expect(await target.check(seed)).toBe("accepted");
    for (const [name, input] of await readCorpus(target.name)) {
      const { error } = await tryOn(target, input);
      expect([name, error]).toEqual([name, undefined]);
    }
  });

  Deno.test(`fuzz ${target.name}: whatever comes is taken or refused as documented`, async () => {
    const { finding, accepted } = await fuzz(target, { seed: 1, inputs: INPUTS });
    expect(finding).toBeUndefined();
    expect(accepted).toBeGreaterThan(0);
    expect(accepted).toBeLessThan(INPUTS);
  });
}
