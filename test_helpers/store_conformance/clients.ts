/**
 * Store conformance: several clients of one store.
 *
 * @module
 */

import { expect } from "expect";
import type { Store } from "../../lib/store/store.ts";
import { describeEvent, keysOf, put, rejection, type StoreCase, watchEvents } from "./kit.ts";

/** Cases about several clients. */
export function clientCases(): StoreCase[] {
  return [
    {
      title: "what one client writes another reads and hears of",
      async run({ store, another, prefix }) {
        const other = await another();
        const revision = await put(store, { key: `${prefix}a`, value: "1" });
        expect((await other.get(`${prefix}a`))?.value).toBe("1");
        const heard = watchEvents(other, { prefix, fromRevision: revision + 1, count: 1 });
        await put(store, { key: `${prefix}a`, value: "2" });
        expect((await heard)[0]?.events.map(describeEvent)).toEqual([`${prefix}a=2`]);
      },
    },
    {
      title: "a counter that clients race to increase loses no step",
      async run({ store, another, prefix }) {
        const key = `${prefix}counter`;
        await put(store, { key, value: "0" });
        const clients = [store, await another(), await another()];
        await Promise.all(clients.map((client) => increase(client, { key, times: 30 })));
        expect((await store.get(key))?.value).toBe("90");
      },
    },
    {
      title: "of many who want to make one key exactly one does",
      async run({ store, another, prefix }) {
        const key = `${prefix}lock`;
        const clients = [store, await another()];
        const results = await Promise.all(
          Array.from({ length: 20 }, (_, index) =>
            (clients[index % 2] as Store).transact({
              guards: [{ kind: "absent", key }],
              mutations: [{ kind: "put", key, value: String(index) }],
            })),
        );
        const winners = results.flatMap((result, index) => result.committed ? [index] : []);
        expect(winners).toHaveLength(1);
        expect((await store.get(key))?.value).toBe(String(winners[0]));
      },
    },
    {
      title: "transactions that one client has in flight at once are all made",
      async run({ store, prefix }) {
        const names = Array.from({ length: 50 }, (_, index) => String(index).padStart(2, "0"));
        const revisions = await Promise.all(names.map((key) => put(store, { key: prefix + key })));
        expect(new Set(revisions).size).toBe(50);
        expect(await keysOf(store, { prefix })).toEqual(names.map((key) => prefix + key));
      },
    },
    {
      title: "closing one client leaves the others alive, and itself of no use",
      async run({ store, another, prefix }) {
        const other = await another();
        const revision = await put(other, { key: `${prefix}a` });
        const heard = watchEvents(store, { prefix, fromRevision: revision + 1, count: 1 });
        await other[Symbol.asyncDispose]();
        await other[Symbol.asyncDispose]();
        await put(store, { key: `${prefix}b` });
        expect((await heard)[0]?.events.map(describeEvent)).toEqual([`${prefix}b=`]);
        expect(await rejection(other.get(`${prefix}a`))).toBeInstanceOf(Error);
      },
    },
  ];
}

async function increase(
  client: Store,
  options: { readonly key: string; readonly times: number },
): Promise<void> {
  const { key } = options;
  for (let done = 0; done < options.times;) {
    const entry = await client.get(key);
    if (entry === undefined) throw new Error("Cannot increase the counter: it is gone");
    const result = await client.transact({
      guards: [{ kind: "modified_at", key, revision: entry.modRevision }],
      mutations: [{ kind: "put", key, value: String(Number(entry.value) + 1) }],
    });
    if (result.committed) done += 1;
  }
}
