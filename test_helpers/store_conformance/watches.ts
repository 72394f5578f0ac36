/**
 * Store conformance: watches.
 *
 * @module
 */

import { expect } from "expect";
import type { Store, WatchBatch } from "../../lib/store/store.ts";
import { CompactedError } from "../../lib/store/store_errors.ts";
import {
  type CaseContext,
  commit,
  describeEvent,
  put,
  rejection,
  revisionOfEvent,
  type StoreCase,
  watchEvents,
  within,
} from "./kit.ts";

/** Cases about watches. */
export function watchCases(): StoreCase[] {
  return [...ORDER_CASES, ...END_CASES];
}

const ORDER_CASES: readonly StoreCase[] = [
  {
    title: "a watch from an older revision tells everything since, as it was then",
    async run({ store, prefix }) {
      const key = `${prefix}a`;
      await put(store, { key: `${prefix}before` });
      const first = await put(store, { key, value: "1" });
      const second = await put(store, { key, value: "2" });
      const third = await commit(store, [{ kind: "delete", key }]);
      const fourth = await put(store, { key, value: "3" });
      const batches = await watchEvents(store, { prefix, fromRevision: first, count: 4 });
      const entry = { key, lease: 0, createRevision: first };
      expect(batches.flatMap((batch) => batch.events)).toEqual([
        { kind: "put", entry: { ...entry, value: "1", modRevision: first } },
        { kind: "put", entry: { ...entry, value: "2", modRevision: second } },
        { kind: "delete", key, revision: third },
        {
          kind: "put",
          entry: { ...entry, value: "3", createRevision: fourth, modRevision: fourth },
        },
      ]);
      expect(batches.at(-1)?.revision).toBeGreaterThanOrEqual(fourth);
    },
  },
  {
    title: "a watch without a revision tells changes from now on",
    async run({ store, prefix }) {
      await put(store, { key: `${prefix}before` });
      const cancel = new AbortController();
      const watch = store.watch(prefix, { signal: cancel.signal })[Symbol.asyncIterator]();
      let heard: WatchBatch | undefined;
      const first = watch.next().then(({ value }) => heard = value);
      // Nobody says when the watch has begun, so write until it speaks.
      for (let turn = 0; heard === undefined; turn++) {
        await put(store, { key: `${prefix}now`, value: String(turn) });
      }
      await within(first, "the first event");
      const told = heard.events.map(describeEvent);
      expect(told.every((event) => event.startsWith(`${prefix}now=`))).toBe(true);
      cancel.abort();
      await within(watch.next(), "the watch to end");
    },
  },
  {
    title: "a watch from a revision yet to come tells nothing before it",
    async run({ store, prefix }) {
      const revision = await store.revision();
      const heard = watchEvents(store, { prefix, fromRevision: revision + 2, count: 1 });
      await put(store, { key: `${prefix}a`, value: "1" });
      await put(store, { key: `${prefix}a`, value: "2" });
      const [batch] = await heard;
      expect(batch?.events.map(describeEvent)).toEqual([`${prefix}a=2`]);
    },
  },
  {
    title: "a watch keeps to its prefix",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a` });
      for (const key of ["b/1", "a/1", "a0", "a", "a/2"]) await put(store, { key: prefix + key });
      const batches = await watchEvents(
        store,
        { prefix: `${prefix}a/`, fromRevision: revision, count: 2 },
      );
      expect(batches.flatMap((batch) => batch.events).map(describeEvent)).toEqual(
        [`${prefix}a/1=`, `${prefix}a/2=`],
      );
    },
  },
  {
    title: "what one transaction changed comes in one batch",
    async run({ store, prefix }) {
      const count = Math.min(100, store.operationsMax);
      const revision = await commit(
        store,
        Array.from(
          { length: count },
          (_, index) => ({ kind: "put", key: `${prefix}${index}`, value: "" }),
        ),
      );
      const removed = await commit(store, [{ kind: "delete_prefix", prefix }]);
      const batches = await watchEvents(
        store,
        { prefix, fromRevision: revision, count: 2 * count },
      );
      for (const at of [revision, removed]) {
        const holding = batches.filter((batch) =>
          batch.events.some((event) => revisionOfEvent(event) === at)
        );
        expect(holding).toHaveLength(1);
        const events = holding[0]?.events.filter((event) => revisionOfEvent(event) === at);
        expect(events).toHaveLength(count);
      }
    },
  },
  {
    title: "while two clients write, a watch tells each change once and in order",
    run: twoWriters,
  },
  {
    title: "several watches of one client each tell everything",
    async run({ store, prefix }) {
      const fromRevision = await store.revision() + 1;
      const heard = ["a/", "b/", ""].map((part) =>
        watchEvents(store, { prefix: prefix + part, fromRevision, count: part === "" ? 4 : 2 })
      );
      for (const key of ["a/1", "b/1", "b/2", "a/2"]) await put(store, { key: prefix + key });
      const told = (await Promise.all(heard)).map((batches) =>
        batches.flatMap((batch) => batch.events).map((event) =>
          describeEvent(event).slice(prefix.length)
        )
      );
      expect(told).toEqual([["a/1=", "a/2="], ["b/1=", "b/2="], [
        "a/1=",
        "b/1=",
        "b/2=",
        "a/2=",
      ]]);
    },
  },
  {
    title: "a batch's revision is where the next watch goes on without loss",
    async run({ store, prefix }) {
      const revision = await put(store, { key: `${prefix}a`, value: "0" });
      const told: string[] = [];
      let fromRevision = revision;
      for (let round = 1; round <= 10; round++) {
        for (const batch of await watchEvents(store, { prefix, fromRevision, count: 1 })) {
          told.push(...batch.events.map(describeEvent));
          fromRevision = batch.revision + 1;
        }
        await put(store, { key: `${prefix}a`, value: String(round) });
      }
      const expected = Array.from({ length: told.length }, (_, value) => `${prefix}a=${value}`);
      expect(told).toEqual(expected);
      expect(told).toHaveLength(10);
    },
  },
];

async function twoWriters({ store, prefix, another }: CaseContext): Promise<void> {
  const perWriter = 60;
  const fromRevision = await store.revision() + 1;
  const heard = watchEvents(store, { prefix, fromRevision, count: 2 * 2 * perWriter });
  const write = async (client: Store, name: string) => {
    for (let turn = 0; turn < perWriter; turn++) {
      await commit(client, [
        { kind: "put", key: `${prefix}${name}`, value: String(turn) },
        { kind: "put", key: `${prefix}shared/${name}`, value: String(turn) },
      ]);
    }
  };
  await Promise.all([write(store, "x"), write(await another(), "y")]);
  const batches = await heard;
  const events = batches.flatMap((batch) => batch.events);
  for (const name of ["x", "y", "shared/x", "shared/y"]) {
    const told = events.map(describeEvent).filter((event) => event.startsWith(`${prefix}${name}=`));
    expect(told).toEqual(
      Array.from({ length: perWriter }, (_, turn) => `${prefix}${name}=${turn}`),
    );
  }
  const revisions = events.map(revisionOfEvent);
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  let done = fromRevision - 1;
  for (const batch of batches) {
    expect(Math.min(...batch.events.map(revisionOfEvent))).toBeGreaterThan(done);
    expect(Math.max(...batch.events.map(revisionOfEvent))).toBeLessThanOrEqual(batch.revision);
    done = batch.revision;
  }
}

const END_CASES: readonly StoreCase[] = [
  {
    title: "a watch ends when its signal is aborted, before or while it waits",
    async run({ store, prefix }) {
      const aborted = AbortSignal.abort();
      expect(await Array.fromAsync(store.watch(prefix, { signal: aborted }))).toEqual([]);
      const cancel = new AbortController();
      const fromRevision = await put(store, { key: `${prefix}a` });
      const options = { fromRevision, signal: cancel.signal };
      const watch = store.watch(prefix, options)[Symbol.asyncIterator]();
      expect((await within(watch.next(), "the first event")).done).toBe(false);
      const next = watch.next();
      cancel.abort();
      expect((await within(next, "the watch to end")).done).toBe(true);
    },
  },
  {
    title: "a watch from a revision that is no longer kept throws CompactedError",
    async run({ store, prefix, compact }) {
      const old = await put(store, { key: `${prefix}a`, value: "1" });
      await put(store, { key: `${prefix}a`, value: "2" });
      const kept = await put(store, { key: `${prefix}a`, value: "3" });
      const last = await put(store, { key: `${prefix}a`, value: "4" });
      await compact(kept);
      const error = await rejection(
        watchEvents(store, { prefix, fromRevision: old, count: 1 }),
      );
      expect(error).toBeInstanceOf(CompactedError);
      const [batch] = await watchEvents(store, { prefix, fromRevision: last, count: 1 });
      expect(batch?.events.map(describeEvent)).toEqual([`${prefix}a=4`]);
    },
  },
  {
    title: "closing a client ends its watches",
    async run({ another, prefix }) {
      const other = await another();
      const fromRevision = await put(other, { key: `${prefix}a` });
      const options = { fromRevision, signal: new AbortController().signal };
      const watch = other.watch(prefix, options)[Symbol.asyncIterator]();
      expect((await within(watch.next(), "the first event")).done).toBe(false);
      const next = watch.next();
      await other[Symbol.asyncDispose]();
      expect((await within(next, "the watch to end")).done).toBe(true);
    },
  },
];
