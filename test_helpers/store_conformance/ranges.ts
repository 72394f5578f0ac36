/**
 * Store conformance: ranges, their pages and the one revision they show.
 *
 * @module
 */

import { expect } from "expect";
import { CompactedError } from "../../lib/store/store_errors.ts";
import { commit, entriesOf, keysOf, put, putMany, rejection, type StoreCase } from "./kit.ts";

const MANY = 3_000;

/** Cases about ranges. */
export function rangeCases(): StoreCase[] {
  return [...SHAPE_CASES, ...REVISION_CASES];
}

const SHAPE_CASES: readonly StoreCase[] = [
  {
    title: "a range over nothing has one empty page with a revision",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a` });
      const pages = await Array.fromAsync(store.range(`${prefix}none/`));
      expect(pages).toEqual([{ revision, entries: [] }]);
    },
  },
  {
    title: "a range is in key order, whatever order the keys were put in",
    async run({ store, prefix }) {
      const sorted = ["", "!", "-", "/", "/a", "0", "A", "Z", "_", "a", "a/", "a0", "aa", "~"];
      for (const key of sorted.toReversed()) await put(store, { key: prefix + key, value: key });
      const entries = await entriesOf(store, { prefix });
      expect(entries.map((entry) => entry.value)).toEqual(sorted);
      expect(entries.map((entry) => entry.key)).toEqual(sorted.map((key) => prefix + key));
    },
  },
  {
    title: "a range keeps to its prefix",
    async run({ store, prefix }) {
      const keys = ["a", "a/", "a/1", "a/\x7f", "a0", "b"].map((key) => prefix + key);
      await commit(store, keys.map((key) => ({ kind: "put", key, value: "" })));
      expect(await keysOf(store, { prefix: `${prefix}a/` })).toEqual(
        ["a/", "a/1", "a/\x7f"].map((key) => prefix + key),
      );
    },
  },
  {
    title: "from and limit choose where a range begins and how long it is",
    async run({ store, prefix }) {
      const keys = ["a", "b", "c", "d"].map((key) => prefix + key);
      await commit(store, keys.map((key) => ({ kind: "put", key, value: "" })));
      expect(await keysOf(store, { prefix, from: `${prefix}b` })).toEqual(keys.slice(1));
      expect(await keysOf(store, { prefix, from: `${prefix}bb` })).toEqual(keys.slice(2));
      expect(await keysOf(store, { prefix, from: `${prefix}e` })).toEqual([]);
      expect(await keysOf(store, { prefix, limit: 1 })).toEqual(keys.slice(0, 1));
      expect(await keysOf(store, { prefix, limit: 9 })).toEqual(keys);
      expect(await keysOf(store, { prefix, from: `${prefix}b`, limit: 2 })).toEqual(
        keys.slice(1, 3),
      );
    },
  },
  {
    title: "to chooses where a range ends, over pages as well",
    async run({ store, prefix }) {
      const keys = await putNumbered({ store, prefix });
      const to = (number: number) => `${prefix}${String(number).padStart(4, "0")}`;
      expect(await keysOf(store, { prefix, to: to(2_500) })).toEqual(keys.slice(0, 2_500));
      expect(await keysOf(store, { prefix, from: to(10), to: to(20) })).toEqual(keys.slice(10, 20));
      expect(await keysOf(store, { prefix, from: to(10), to: to(20), limit: 3 }))
        .toEqual(keys.slice(10, 13));
      expect(await keysOf(store, { prefix, to: `${to(7)}.5` })).toEqual(keys.slice(0, 8));
      for (const nothing of [to(10), to(5)]) {
        expect(await keysOf(store, { prefix, from: to(10), to: nothing })).toEqual([]);
      }
    },
  },
  {
    title: "keysOnly leaves the values out and keeps the rest",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a`, value: "long" });
      expect(await entriesOf(store, { prefix, keysOnly: true })).toEqual([
        {
          key: `${prefix}a`,
          value: "",
          createRevision: revision,
          modRevision: revision,
          lease: 0,
        },
      ]);
    },
  },
  {
    title: "an answer of more than 4 MiB arrives whole",
    async run({ store, prefix }) {
      const value = "v".repeat(10_000);
      const entries = Array.from(
        { length: 600 },
        (_, index) => ({ key: prefix + String(index).padStart(4, "0"), value }),
      );
      await putMany(store, entries);
      const read = await entriesOf(store, { prefix });
      expect(read.map((entry) => entry.key)).toEqual(entries.map((entry) => entry.key));
      expect(read.every((entry) => entry.value === value)).toBe(true);
    },
  },
  {
    title: "a limit reaches over pages",
    async run({ store, prefix }) {
      const keys = await putNumbered({ store, prefix });
      expect(await keysOf(store, { prefix, limit: MANY - 1 })).toEqual(keys.slice(0, -1));
      expect(await keysOf(store, { prefix, keysOnly: true })).toEqual(keys);
    },
  },
];

const REVISION_CASES: readonly StoreCase[] = [
  {
    title: "all pages show one revision while another client writes",
    async run({ store, prefix, another }) {
      const keys = await putNumbered({ store, prefix });
      const other = await another();
      const revision = await store.revision();
      const seen: string[] = [];
      for await (const page of store.range(prefix)) {
        expect(page.revision).toBe(revision);
        seen.push(...page.entries.map((entry) => `${entry.key}=${entry.value}`));
        await commit(other, [
          { kind: "put", key: `${prefix}0000`, value: "changed" },
          { kind: "put", key: `${prefix}2000`, value: "changed" },
          { kind: "put", key: `${prefix}2000.5`, value: "new" },
          { kind: "delete_prefix", prefix: `${prefix}29` },
        ]);
      }
      expect(seen).toEqual(keys.map((key) => `${key}=first`));
      const now = await entriesOf(store, { prefix });
      expect(now).toHaveLength(MANY + 1 - 100);
      expect(now.find((entry) => entry.key === `${prefix}2000`)?.value).toBe("changed");
    },
  },
  {
    title: "a range at an older revision shows what was then",
    async run({ store, prefix }) {
      const first = await put(store, { key: `${prefix}a`, value: "1" });
      const second = await put(store, { key: `${prefix}b`, value: "1" });
      const third = await commit(store, [
        { kind: "delete", key: `${prefix}a` },
        { kind: "put", key: `${prefix}b`, value: "2" },
      ]);
      const shown = async (revision: number) =>
        (await entriesOf(store, { prefix, revision }))
          .map((entry) => `${entry.key.slice(prefix.length)}=${entry.value}@${entry.modRevision}`);
      expect(await shown(first)).toEqual([`a=1@${first}`]);
      expect(await shown(second)).toEqual([`a=1@${first}`, `b=1@${second}`]);
      expect(await shown(third)).toEqual([`b=2@${third}`]);
    },
  },
  {
    title: "a range at a revision that is no longer kept throws CompactedError",
    async run({ store, prefix, compact }) {
      const old = await put(store, { key: `${prefix}a`, value: "1" });
      await put(store, { key: `${prefix}a`, value: "2" });
      const kept = await put(store, { key: `${prefix}a`, value: "3" });
      await put(store, { key: `${prefix}a`, value: "4" });
      await compact(kept);
      expect(await rejection(entriesOf(store, { prefix, revision: old }))).toBeInstanceOf(
        CompactedError,
      );
      const entries = await entriesOf(store, { prefix, revision: kept });
      expect(entries.map((entry) => entry.value)).toEqual(["3"]);
      expect((await store.get(`${prefix}a`))?.value).toBe("4");
    },
  },
];

/** Puts keys 0000 to 2999, each with the value "first". */
async function putNumbered(
  { store, prefix }: { store: Parameters<typeof putMany>[0]; prefix: string },
): Promise<string[]> {
  const keys = Array.from({ length: MANY }, (_, index) => prefix + String(index).padStart(4, "0"));
  await putMany(store, keys.map((key) => ({ key, value: "first" })));
  return keys;
}
