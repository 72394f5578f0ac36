import { expect } from "expect";
import fc from "fast-check";
import { SortedKeys } from "./sorted_keys.ts";

Deno.test("SortedKeys holds what a sorted set holds, over many lists", () => {
  const key = fc.integer({ min: 0, max: 5_000 }).map(String);
  const plan = fc.record({
    added: fc.array(key, { minLength: 1_000, maxLength: 3_000, size: "max" }),
    deleted: fc.array(key, { maxLength: 3_000, size: "max" }),
    first: key,
  });
  fc.assert(
    fc.property(plan, ({ added, deleted, first }) => {
      const keys = new SortedKeys();
      const model = new Set<string>();
      for (const key of added) {
        keys.add(key);
        model.add(key);
      }
      for (const key of deleted) {
        keys.delete(key);
        model.delete(key);
      }
      const sorted = [...model].sort();
      expect([...keys.from("")]).toEqual(sorted);
      expect([...keys.from(first)]).toEqual(sorted.filter((key) => key >= first));
    }),
    { numRuns: 20 },
  );
});
