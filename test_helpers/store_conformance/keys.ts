/**
 * Store conformance: single keys, their values and revisions.
 *
 * @module
 */

import { expect } from "expect";
import { commit, keysOf, put, type StoreCase } from "./kit.ts";

/** Cases about single keys. */
export function keyCases(): StoreCase[] {
  return [...KEY_CASES];
}

const KEY_CASES: readonly StoreCase[] = [
  {
    title: "get() of an absent key is undefined",
    async run({ store, prefix }) {
      expect(await store.get(`${prefix}none`)).toBeUndefined();
    },
  },
  {
    title: "get() returns what was put, with its revisions and no lease",
    async run({ store, prefix }) {
      const key = `${prefix}a`;
      const revision = await put(store, { key, value: "1" });
      expect(await store.get(key)).toEqual(
        { key, value: "1", createRevision: revision, modRevision: revision, lease: 0 },
      );
      expect(await store.revision()).toBeGreaterThanOrEqual(revision);
    },
  },
  {
    title: "a put keeps the revision a key was made at, even when its value stays the same",
    async run({ store, prefix }) {
      const key = `${prefix}a`;
      const made = await put(store, { key, value: "1" });
      const again = await put(store, { key, value: "1" });
      expect(again).toBeGreaterThan(made);
      expect(await store.get(key)).toMatchObject({ createRevision: made, modRevision: again });
    },
  },
  {
    title: "a key that is made again has a new revision of making",
    async run({ store, prefix }) {
      const key = `${prefix}a`;
      const first = await put(store, { key, value: "1" });
      await commit(store, [{ kind: "delete", key }]);
      expect(await store.get(key)).toBeUndefined();
      const second = await put(store, { key, value: "2" });
      expect(second).toBeGreaterThan(first + 1);
      expect(await store.get(key)).toMatchObject(
        { value: "2", createRevision: second, modRevision: second },
      );
    },
  },
  {
    title: "all keys of one transaction have its revision",
    async run({ store, prefix }) {
      const revision = await commit(store, [
        { kind: "put", key: `${prefix}a`, value: "" },
        { kind: "put", key: `${prefix}b`, value: "" },
      ]);
      for (const key of ["a", "b"]) {
        expect((await store.get(prefix + key))?.modRevision).toBe(revision);
      }
    },
  },
  {
    title: "deleting an absent key is no error and no revision",
    async run({ store, prefix }) {
      const before = await put(store, { key: `${prefix}a` });
      const result = await store.transact(
        { guards: [], mutations: [{ kind: "delete", key: `${prefix}none` }] },
      );
      expect(result).toEqual({ committed: true, revision: before });
      expect(await store.revision()).toBe(before);
    },
  },
  {
    title: "delete_prefix removes what begins with the prefix and nothing else",
    async run({ store, prefix }) {
      const keys = ["a", "a/1", "a/2", "a0", "b/1"].map((key) => prefix + key);
      await commit(store, keys.map((key) => ({ kind: "put", key, value: "" })));
      await commit(store, [{ kind: "delete_prefix", prefix: `${prefix}a/` }]);
      expect(await keysOf(store, { prefix })).toEqual(
        ["a", "a0", "b/1"].map((key) => prefix + key),
      );
    },
  },
  {
    title: "values come back as they were put: empty, Unicode, JSON, 100 kB",
    async run({ store, prefix }) {
      const values = ["", "ü 語 🚀 \u0000 \n", `{"a":"b"}`, "x".repeat(100_000)];
      for (const [index, value] of values.entries()) {
        await put(store, { key: `${prefix}${index}`, value });
        expect((await store.get(`${prefix}${index}`))?.value).toBe(value);
      }
    },
  },
  {
    title: "keys that begin with other keys are keys of their own",
    async run({ store, prefix }) {
      for (const key of ["ab", "a/b", "a"]) await put(store, { key: prefix + key, value: key });
      await commit(store, [{ kind: "delete", key: `${prefix}a` }]);
      expect(await store.get(`${prefix}a`)).toBeUndefined();
      expect((await store.get(`${prefix}a/b`))?.value).toBe("a/b");
      expect((await store.get(`${prefix}ab`))?.value).toBe("ab");
    },
  },
];
