/**
 * Store conformance: guards, atomicity and limits of transactions.
 *
 * @module
 */

import { expect } from "expect";
import type { Guard, Mutation } from "../../lib/store/store.ts";
import { LeaseNotFoundError } from "../../lib/store/store_errors.ts";
import { commit, freshLease, keysOf, put, rejection, type StoreCase } from "./kit.ts";

/** Cases about transactions. */
export function transactionCases(): StoreCase[] {
  return [...GUARD_CASES, ...ATOMICITY_CASES, ...limitCases()];
}

const GUARD_CASES: readonly StoreCase[] = [
  {
    title: "every kind of guard holds when it should",
    async run({ store, prefix }) {
      const made = await put(store, { key: `${prefix}a`, value: "1" });
      const revision = await put(store, { key: `${prefix}a`, value: "2" });
      const guards: Guard[] = [
        { kind: "absent", key: `${prefix}none` },
        { kind: "present", key: `${prefix}a` },
        { kind: "modified_at", key: `${prefix}a`, revision },
        { kind: "created_at", key: `${prefix}a`, revision: made },
      ];
      for (const chosen of [...guards.map((guard) => [guard]), guards]) {
        const mutations: Mutation[] = [{ kind: "put", key: `${prefix}done`, value: "" }];
        expect(await store.transact({ guards: chosen, mutations })).toMatchObject(
          { committed: true },
        );
      }
    },
  },
  {
    title: "every kind of guard fails when it should, and is told",
    async run({ store, prefix }) {
      const made = await put(store, { key: `${prefix}a`, value: "1" });
      const revision = await put(store, { key: `${prefix}a`, value: "2" });
      const guards: Guard[] = [
        { kind: "absent", key: `${prefix}a` },
        { kind: "present", key: `${prefix}none` },
        { kind: "modified_at", key: `${prefix}a`, revision: made },
        { kind: "modified_at", key: `${prefix}none`, revision },
        { kind: "created_at", key: `${prefix}a`, revision },
        { kind: "created_at", key: `${prefix}none`, revision: made },
      ];
      const mutations: Mutation[] = [{ kind: "put", key: `${prefix}done`, value: "" }];
      for (const guard of guards) {
        expect(await store.transact({ guards: [guard], mutations })).toEqual(
          { committed: false, revision, failed: [guard] },
        );
      }
      expect(await store.get(`${prefix}done`)).toBeUndefined();
    },
  },
  {
    title: "of several guards exactly those that failed are told, in their order",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a` });
      const failing: Guard[] = [
        { kind: "present", key: `${prefix}none` },
        { kind: "modified_at", key: `${prefix}a`, revision: revision - 1 },
      ];
      const result = await store.transact({
        guards: [
          { kind: "present", key: `${prefix}a` },
          failing[0] as Guard,
          { kind: "absent", key: `${prefix}none` },
          failing[1] as Guard,
        ],
        mutations: [],
      });
      expect(result).toEqual({ committed: false, revision, failed: failing });
    },
  },
  {
    title: "a created_at guard does not hold for a key that was made again",
    async run({ store, prefix }) {
      const key = `${prefix}lock`;
      const revision = await put(store, { key, value: "same" });
      await commit(store, [{ kind: "delete", key }]);
      await put(store, { key, value: "same" });
      const guard: Guard = { kind: "created_at", key, revision };
      expect(await store.transact({ guards: [guard], mutations: [] })).toMatchObject(
        { committed: false, failed: [guard] },
      );
    },
  },
  {
    title: "a transaction without guards and mutations is made and changes nothing",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a` });
      const result = await store.transact({ guards: [], mutations: [] });
      expect(result).toEqual({ committed: true, revision });
    },
  },
];

const ATOMICITY_CASES: readonly StoreCase[] = [
  {
    title: "nothing of a transaction whose guard failed is seen",
    async run({ store, prefix }) {
      await put(store, { key: `${prefix}old`, value: "1" });
      await put(store, { key: `${prefix}p/1` });
      const before = await store.revision();
      await store.transact({
        guards: [{ kind: "absent", key: `${prefix}old` }],
        mutations: [
          { kind: "put", key: `${prefix}new`, value: "" },
          { kind: "delete", key: `${prefix}old` },
          { kind: "delete_prefix", prefix: `${prefix}p/` },
        ],
      });
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}old`, `${prefix}p/1`]);
      expect(await store.revision()).toBe(before);
    },
  },
  {
    title: "nothing of a transaction with a lease that is gone is seen",
    async run({ store, prefix }) {
      const lease = freshLease();
      const before = await put(store, { key: `${prefix}old` });
      const error = await rejection(commit(store, [
        { kind: "delete", key: `${prefix}old` },
        { kind: "put", key: `${prefix}a`, value: "" },
        { kind: "put", key: `${prefix}b`, value: "", lease },
      ]));
      expect(error).toBeInstanceOf(LeaseNotFoundError);
      expect((error as LeaseNotFoundError).lease).toBe(lease);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}old`]);
      expect(await store.revision()).toBe(before);
    },
  },
  {
    title: "a transaction of every kind of mutation is made whole, in one revision",
    async run({ store, prefix }) {
      for (const key of ["gone", "p/1", "p/2"]) await put(store, { key: prefix + key });
      const before = await store.revision();
      const revision = await commit(store, [
        { kind: "put", key: `${prefix}new`, value: "v" },
        { kind: "delete", key: `${prefix}gone` },
        { kind: "delete_prefix", prefix: `${prefix}p/` },
      ]);
      expect(revision).toBe(before + 1);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}new`]);
    },
  },
];

function limitCases(): StoreCase[] {
  const puts = (prefix: string, count: number) =>
    Array.from(
      { length: count },
      (_, index): Mutation => ({ kind: "put", key: `${prefix}${index}`, value: "" }),
    );
  const guards = (prefix: string, count: number) =>
    Array.from(
      { length: count },
      (_, index): Guard => ({ kind: "absent", key: `${prefix}guard/${index}` }),
    );
  const clashes: readonly [string, (prefix: string) => Mutation[]][] = [
    ["two puts of one key", (prefix) => [
      { kind: "put", key: `${prefix}a`, value: "1" },
      { kind: "put", key: `${prefix}a`, value: "2" },
    ]],
    ["a put and a delete of one key", (prefix) => [
      { kind: "put", key: `${prefix}a`, value: "1" },
      { kind: "delete", key: `${prefix}a` },
    ]],
    ["a put under a prefix that is deleted", (prefix) => [
      { kind: "delete_prefix", prefix: `${prefix}a/` },
      { kind: "put", key: `${prefix}a/1`, value: "1" },
    ]],
    ["two prefixes of which one holds the other", (prefix) => [
      { kind: "delete_prefix", prefix: `${prefix}a/b/` },
      { kind: "delete_prefix", prefix: `${prefix}a/` },
    ]],
  ];
  return [
    {
      title: "as many guards and mutations as a transaction may hold fit",
      async run({ store, prefix }) {
        const max = store.operationsMax;
        const result = await store.transact(
          { guards: guards(prefix, max), mutations: puts(prefix, max) },
        );
        expect(result.committed).toBe(true);
        expect(await keysOf(store, { prefix })).toHaveLength(max);
      },
    },
    {
      title: "one guard or mutation more is refused with a RangeError",
      async run({ store, prefix }) {
        const max = store.operationsMax;
        for (
          const transaction of [
            { guards: [], mutations: puts(prefix, max + 1) },
            { guards: guards(prefix, max + 1), mutations: puts(prefix, 1) },
          ]
        ) {
          expect(await rejection(store.transact(transaction))).toBeInstanceOf(RangeError);
        }
        expect(await keysOf(store, { prefix })).toEqual([]);
      },
    },
    ...clashes.map(([what, mutations]): StoreCase => ({
      title: `${what} in one transaction are refused with a TypeError`,
      async run({ store, prefix }) {
        const before = await put(store, { key: `${prefix}a/b/1` });
        expect(await rejection(commit(store, mutations(prefix)))).toBeInstanceOf(TypeError);
        expect(await keysOf(store, { prefix })).toEqual([`${prefix}a/b/1`]);
        expect(await store.revision()).toBe(before);
      },
    })),
  ];
}
