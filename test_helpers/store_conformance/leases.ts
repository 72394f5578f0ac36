/**
 * Store conformance: leases and the keys that go with them.
 *
 * @module
 */

import { expect } from "expect";
import { StoreUnavailableError } from "../../lib/store/store_errors.ts";
import {
  commit,
  describeEvent,
  freshLease,
  keysOf,
  put,
  rejection,
  revisionOfEvent,
  type StoreCase,
  watchEvents,
} from "./kit.ts";

/** Cases about leases. */
export function leaseCases(): StoreCase[] {
  return [...END_CASES, ...ATTACH_CASES, ...STATUS_CASES];
}

const END_CASES: readonly StoreCase[] = [
  {
    title: "when a lease ends its keys go in one revision, and a watcher hears of it",
    async run({ store, prefix, passSeconds, ttlSeconds }) {
      const lease = freshLease();
      await store.grantLease(lease, ttlSeconds);
      const revision = await commit(store, [
        { kind: "put", key: `${prefix}a`, value: "", lease },
        { kind: "put", key: `${prefix}b`, value: "", lease },
        { kind: "put", key: `${prefix}free`, value: "" },
      ]);
      const heard = watchEvents(store, { prefix, fromRevision: revision + 1, count: 2 });
      await passSeconds(ttlSeconds);
      const batches = await heard;
      expect(batches).toHaveLength(1);
      const events = batches[0]?.events ?? [];
      expect(events.map(describeEvent).sort()).toEqual(
        [`${prefix}a deleted`, `${prefix}b deleted`],
      );
      expect(new Set(events.map(revisionOfEvent)).size).toBe(1);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}free`]);
      expect((await store.leaseStatus([lease]))[0]?.ttlSeconds).toBeLessThanOrEqual(0);
    },
  },
  {
    title: "a lease that is kept alive does not end, one beside it that is not does",
    async run({ store, prefix, passSeconds, ttlSeconds }) {
      const [kept, left] = [freshLease(), freshLease()];
      await store.grantLease(kept, ttlSeconds);
      await store.grantLease(left, ttlSeconds);
      await put(store, { key: `${prefix}kept`, lease: kept });
      const revision = await put(store, { key: `${prefix}left`, lease: left });
      const heard = watchEvents(store, { prefix, fromRevision: revision + 1, count: 1 });
      for (let round = 0; round < 3; round++) {
        await passSeconds(ttlSeconds / 2);
        const [status] = await store.keepAlive([kept]);
        expect(status?.lease).toBe(kept);
        expect(status?.ttlSeconds).toBeGreaterThan(0);
      }
      const [batch] = await heard;
      expect(batch?.events.map(describeEvent)).toEqual([`${prefix}left deleted`]);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}kept`]);
      await store.revokeLease(kept);
    },
  },
  {
    title: "revoking a lease removes its keys at once, and twice is no error [REG-56]",
    async run({ store, prefix }) {
      const lease = freshLease();
      await store.grantLease(lease, 600);
      await put(store, { key: `${prefix}a`, lease });
      await put(store, { key: `${prefix}free` });
      await store.revokeLease(lease);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}free`]);
      await store.revokeLease(lease);
      await store.revokeLease(freshLease());
    },
  },
];

const ATTACH_CASES: readonly StoreCase[] = [
  {
    title: "a put attaches its key to its lease, or to none, whatever it was before",
    async run({ store, prefix }) {
      const [first, second] = [freshLease(), freshLease()];
      await store.grantLease(first, 600);
      await store.grantLease(second, 600);
      for (const key of ["stays", "moves", "detached"]) {
        await put(store, { key: prefix + key, lease: first });
        expect((await store.get(prefix + key))?.lease).toBe(first);
      }
      await put(store, { key: `${prefix}moves`, lease: second });
      await put(store, { key: `${prefix}detached` });
      expect((await store.get(`${prefix}detached`))?.lease).toBe(0);
      await store.revokeLease(first);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}detached`, `${prefix}moves`]);
      await store.revokeLease(second);
      expect(await keysOf(store, { prefix })).toEqual([`${prefix}detached`]);
    },
  },
  {
    title: "a key that was deleted and made again without its lease outlives the lease",
    async run({ store, prefix }) {
      const lease = freshLease();
      await store.grantLease(lease, 600);
      await put(store, { key: `${prefix}a`, lease });
      await commit(store, [{ kind: "delete", key: `${prefix}a` }]);
      await put(store, { key: `${prefix}a`, value: "2" });
      await store.revokeLease(lease);
      expect((await store.get(`${prefix}a`))?.value).toBe("2");
    },
  },
  {
    title: "another client may attach keys to a lease, keep it alive and revoke it",
    async run({ store, prefix, another }) {
      const other = await another();
      const lease = freshLease();
      await store.grantLease(lease, 600);
      await put(other, { key: `${prefix}a`, lease });
      expect((await other.keepAlive([lease]))[0]?.ttlSeconds).toBeGreaterThan(0);
      await other.revokeLease(lease);
      expect(await store.get(`${prefix}a`)).toBeUndefined();
    },
  },
];

const STATUS_CASES: readonly StoreCase[] = [
  {
    title: "a lease is granted under the id that was chosen, the largest too",
    async run({ store, prefix }) {
      const lease = Number.MAX_SAFE_INTEGER - (freshLease() % 1_000_000);
      await store.grantLease(lease, 600);
      await put(store, { key: `${prefix}a`, lease });
      expect((await store.get(`${prefix}a`))?.lease).toBe(lease);
      await store.revokeLease(lease);
    },
  },
  {
    title: "an id in use is refused for good, and its lease lives on",
    async run({ store, prefix }) {
      const lease = freshLease();
      await store.grantLease(lease, 600);
      await put(store, { key: `${prefix}a`, lease });
      const error = await rejection(store.grantLease(lease, 600));
      expect(error).toBeInstanceOf(Error);
      expect(error).not.toBeInstanceOf(StoreUnavailableError);
      expect((await store.get(`${prefix}a`))?.lease).toBe(lease);
      await store.revokeLease(lease);
    },
  },
  {
    title: "a lease of no time is refused with a RangeError [DMN-14]",
    async run({ store }) {
      for (const ttlSeconds of [0, -1, NaN]) {
        const error = await rejection(store.grantLease(freshLease(), ttlSeconds));
        expect(error).toBeInstanceOf(RangeError);
      }
    },
  },
  {
    title: "many leases are kept alive at once; those that are gone have nothing left",
    async run({ store }) {
      const leases = Array.from({ length: 100 }, freshLease);
      await Promise.all(leases.map((lease) => store.grantLease(lease, 600)));
      const gone = freshLease();
      const statuses = await store.keepAlive([...leases, gone]);
      expect(statuses.map((status) => status.lease)).toEqual([...leases, gone]);
      expect(statuses.slice(0, -1).every((status) => status.ttlSeconds > 0)).toBe(true);
      expect(statuses.at(-1)?.ttlSeconds).toBeLessThanOrEqual(0);
      expect(await store.keepAlive([])).toEqual([]);
      await Promise.all(leases.map((lease) => store.revokeLease(lease)));
    },
  },
  {
    title: "leaseStatus says what is left and keeps nothing alive",
    async run({ store, passSeconds, ttlSeconds }) {
      const [lease, gone] = [freshLease(), freshLease()];
      await store.grantLease(lease, ttlSeconds + 10);
      const [before, none] = await store.leaseStatus([lease, gone]);
      expect(before?.ttlSeconds).toBeGreaterThan(0);
      expect(before?.ttlSeconds).toBeLessThanOrEqual(ttlSeconds + 10);
      expect(none?.lease).toBe(gone);
      expect(none?.ttlSeconds).toBeLessThanOrEqual(0);
      await passSeconds(ttlSeconds);
      const [after] = await store.leaseStatus([lease]);
      expect(after?.ttlSeconds).toBeLessThan(before?.ttlSeconds ?? 0);
      await store.revokeLease(lease);
    },
  },
];
