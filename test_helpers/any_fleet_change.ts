/**
 * Arbitrary changes to a stored fleet for property tests: few names, so that records are overwritten,
 * removed and put again all the time, and some that no reader understands.
 *
 * @module
 */

import fc from "fast-check";
import { parseAppKey } from "../lib/models/app_key.ts";
import { crashCountToWire } from "../lib/models/crash_count.ts";
import { putMessage } from "../lib/outbox/queue_record.ts";
import type { StoreLayout } from "../lib/store/layout.ts";
import type { Mutation } from "../lib/store/store.ts";
import { queuedStart, queuedStop } from "./queued_messages.ts";

/** Something that happens to a fleet. */
export type FleetChange =
  /** One transaction. No key is touched twice. */
  | { readonly kind: "write"; readonly mutations: readonly Mutation[] }
  /** A DEA is heard: it is present for `ttlSeconds`. */
  | { readonly kind: "hear"; readonly presenceKey: string; readonly ttlSeconds: number }
  /** Time passes, and with it what has a lease. */
  | { readonly kind: "wait"; readonly seconds: number };

const APPS = ["app-a,1", "app-a,2", "app-b,1"];
const DEAS = ["dea-a", "dea-b"];
const INSTANCES = ["i-1", "i-2"];

/** How wild the changes may be. */
export interface AnyFleetChangesOptions {
  /** No two apps have instances of one guid. @default {false} */
  readonly guidsOfOneApp?: boolean;
}

/** Changes, in the order in which they are made. */
export function anyFleetChanges(
  layout: StoreLayout,
  options: AnyFleetChangesOptions = {},
): fc.Arbitrary<FleetChange[]> {
  const hear = fc.record({
    kind: fc.constant("hear" as const),
    presenceKey: fc.constantFrom(...DEAS, "not a dea").map((dea) => layout.presenceKey(dea)),
    ttlSeconds: fc.constantFrom(10, 30),
  });
  const wait = fc.record({ kind: fc.constant("wait" as const), seconds: fc.constantFrom(5, 20) });
  const write = anyMutations(layout, options).map((mutations) => ({
    kind: "write" as const,
    mutations,
  }));
  const change = fc.oneof<fc.MaybeWeightedArbitrary<FleetChange>[]>(
    { arbitrary: write, weight: 6 },
    { arbitrary: hear, weight: 3 },
    { arbitrary: wait, weight: 1 },
  );
  return fc.array(change, { maxLength: 40, size: "max" });
}

function anyMutations(
  layout: StoreLayout,
  options: AnyFleetChangesOptions,
): fc.Arbitrary<Mutation[]> {
  const put = fc.oneof(
    ...[anyInstance(layout, options), anyDesired(layout), anyCrash(layout)],
    ...[anyStart(layout), anyStop(layout, options)],
  );
  const one = put.chain((mutation) =>
    fc.constantFrom<Mutation>(mutation, mutation, { kind: "delete", key: mutation.key })
  );
  const many = fc.uniqueArray(one, { selector: keyOf, minLength: 1, maxLength: 4 });
  const departed = fc.constantFrom(...DEAS).map((dea): Mutation[] => [
    { kind: "delete_prefix", prefix: layout.deaPrefix(dea) },
  ]);
  return fc.oneof({ arbitrary: many, weight: 9 }, { arbitrary: departed, weight: 1 });
}

type Put = Extract<Mutation, { kind: "put" }>;

function anyInstance(layout: StoreLayout, options: AnyFleetChangesOptions): fc.Arbitrary<Put> {
  const value = fc.constantFrom(
    "0,RUNNING,1.0",
    "1,STARTING,2.0",
    "1,CRASHED,-2",
    "0,EVACUATING,3.5",
  );
  return fc.tuple(fc.constantFrom(...DEAS), name(APPS), name(INSTANCES), orCorrupt(value))
    .map(([dea, app, instance, value]) => {
      const guid = guidOf(instance, app, options);
      return put(`${layout.deaPrefix(dea)}${app},${guid}`, value);
    });
}

function anyDesired(layout: StoreLayout): fc.Arbitrary<Put> {
  const value = fc.constantFrom("0,STARTED,STAGED", "2,STARTED,STAGED", "1,STOPPED,PENDING");
  return fc.tuple(name(APPS), orCorrupt(value))
    .map(([app, value]) => put(`${layout.desiredPrefix}${app}`, value));
}

function anyCrash(layout: StoreLayout): fc.Arbitrary<Put> {
  return fc.tuple(fc.constantFrom(...APPS), fc.nat(2), fc.nat(3)).map(
    ([app, index, crashCount]) => {
      const count = { ...parseAppKey(app), instanceIndex: index, crashCount, createdAt: 1 };
      // A count of 3 stands under a key that names another index: nobody can read that.
      const key = `${layout.crashesPrefix}${app}/${crashCount === 3 ? index + 1 : index}`;
      return put(key, JSON.stringify(crashCountToWire(count)));
    },
  );
}

function anyStart(layout: StoreLayout): fc.Arbitrary<Put> {
  const value = fc.record({ instanceIndex: fc.nat(2), sentOn: fc.constantFrom(0, 130) });
  return fc.tuple(fc.constantFrom(...APPS), value, fc.nat(6)).map(([app, differing, kind]) => {
    const mutation = putMessage(layout, queuedStart(parseAppKey(app), differing).message) as Put;
    return kind === 0 ? put(mutation.key, "corrupt") : mutation;
  });
}

function anyStop(layout: StoreLayout, options: AnyFleetChangesOptions): fc.Arbitrary<Put> {
  const value = fc.tuple(fc.constantFrom(...INSTANCES), fc.constantFrom(0, 130));
  return fc.tuple(fc.constantFrom(...APPS), value, fc.nat(6)).map(([app, [name, sentOn], kind]) => {
    const instanceGuid = guidOf(name, app, options);
    const { message } = queuedStop(parseAppKey(app), { instanceGuid, sentOn });
    const mutation = putMessage(layout, message) as Put;
    return kind === 0 ? put(mutation.key, "corrupt") : mutation;
  });
}

function guidOf(name: string, app: string, options: AnyFleetChangesOptions): string {
  return options.guidsOfOneApp === true ? `${app.replace(",", "-")}-${name}` : name;
}

/** A name, or now and then one that no key may hold. */
function name(names: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: fc.constantFrom(...names), weight: 12 },
    { arbitrary: fc.constant("not a name"), weight: 1 },
  );
}

function orCorrupt(value: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: value, weight: 6 },
    { arbitrary: fc.constant("corrupt"), weight: 1 },
  );
}

function put(key: string, value: string): Put {
  return { kind: "put", key, value };
}

function keyOf(mutation: Mutation): string {
  return mutation.kind === "delete_prefix" ? mutation.prefix : mutation.key;
}
