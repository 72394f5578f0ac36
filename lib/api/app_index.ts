/**
 * Counts of the fleet, and lists of its apps by state, kept up to date app by app: an app that changes is
 * taken off what it was counted in and added to what it is now, so that neither a count nor a page of a
 * list ever takes a walk over the fleet. A page skips whole blocks of apps by their counts, so it costs
 * what it shows and a thousandth of what it skips. Pure.
 *
 * Apps stand in the order in which they became known and keep their places; a place that falls free is
 * given to the next new app.
 *
 * @module
 */

import type { App } from "../models/app.ts";
import {
  APP_LISTS,
  type AppList,
  type AppTally,
  type InstanceCounts,
  nameOfTally,
  tallyApp,
} from "./app_tally.ts";

/** Apps that are counted together, to be skipped at once. */
const BLOCK = 1024;
/** Tallies that are shared; when there are more, apps of odd shapes, sharing begins anew. */
const SHARED_MAX = 10_000;

/** How many apps there are in each list, and how many instances in each state. */
export interface FleetCounts {
  readonly apps: Readonly<Record<AppList, number>>;
  readonly instances: InstanceCounts;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** How an app is, for the index. */
export interface IndexedApp {
  readonly app: App;
  /** Whether a message waits for it. */
  readonly queued: boolean;
}

/** The apps, counted and listed. */
export class AppIndex {
  readonly #keys: (string | undefined)[] = [];
  readonly #tallies: (AppTally | undefined)[] = [];
  /** Places by guid: most guids have one version only. */
  readonly #places = new Map<string, number | readonly number[]>();
  readonly #free: number[] = [];
  readonly #known = new Map<string, AppTally>();
  readonly #blocks: Record<AppList, number>[] = [];
  readonly #apps = emptyLists();
  readonly #instances: Mutable<InstanceCounts> = { ...NO_INSTANCES };

  /** The counts as of now. */
  get counts(): FleetCounts {
    return { apps: { ...this.#apps }, instances: { ...this.#instances } };
  }

  /** The keys of all versions of an app, in order. */
  versions(guid: string): string[] {
    return this.#placesOf(guid).flatMap((place) => this.#keys[place] ?? []).sort();
  }

  /** The keys of all apps. */
  *keys(): Generator<string> {
    for (const key of this.#keys) if (key !== undefined) yield key;
  }

  /** Keys of the apps of a list, `limit` at most, after the first `offset`. */
  page(
    list: AppList,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): string[] {
    const found: string[] = [];
    let skip = offset;
    for (const [number, block] of this.#blocks.entries()) {
      if (found.length >= limit) break;
      if (skip >= block[list]) {
        skip -= block[list];
        continue;
      }
      for (const key of this.#listed(list, number)) {
        if (skip > 0) skip -= 1;
        else found.push(key);
        if (found.length >= limit) break;
      }
    }
    return found;
  }

  /** Takes over how an app is now; undefined for one of which nothing is known any more. */
  set(key: string, now: IndexedApp | undefined): void {
    const place = this.#placeOf(key);
    const before = place === undefined ? undefined : this.#tallies[place];
    const tally = now === undefined ? undefined : this.#shared(tallyApp(now.app, now));
    if (tally === before) return;
    const at = place ?? this.#take(key);
    this.#add(before, { place: at, times: -1 });
    this.#add(tally, { place: at, times: 1 });
    this.#tallies[at] = tally;
    if (tally === undefined) this.#release(key, at);
  }

  *#listed(list: AppList, block: number): Generator<string> {
    const end = Math.min((block + 1) * BLOCK, this.#keys.length);
    for (let place = block * BLOCK; place < end; place += 1) {
      const key = this.#keys[place];
      if (key !== undefined && this.#tallies[place]?.lists.includes(list)) yield key;
    }
  }

  #placesOf(guid: string): readonly number[] {
    const places = this.#places.get(guid);
    if (places === undefined) return [];
    return typeof places === "number" ? [places] : places;
  }

  #placeOf(key: string): number | undefined {
    return this.#placesOf(guidOf(key)).find((place) => this.#keys[place] === key);
  }

  #take(key: string): number {
    const place = this.#free.pop() ?? this.#keys.length;
    this.#keys[place] = key;
    this.#blocks[Math.floor(place / BLOCK)] ??= emptyLists();
    this.#keep(guidOf(key), [...this.#placesOf(guidOf(key)), place]);
    return place;
  }

  #release(key: string, place: number): void {
    this.#keys[place] = undefined;
    this.#free.push(place);
    this.#keep(guidOf(key), this.#placesOf(guidOf(key)).filter((other) => other !== place));
  }

  #keep(guid: string, places: readonly number[]): void {
    const [only] = places;
    if (only === undefined) this.#places.delete(guid);
    else this.#places.set(guid, places.length === 1 ? only : places);
  }

  #add(
    tally: AppTally | undefined,
    { place, times }: { readonly place: number; readonly times: 1 | -1 },
  ): void {
    if (tally === undefined) return;
    const block = this.#blocks[Math.floor(place / BLOCK)];
    for (const list of tally.lists) {
      this.#apps[list] += times;
      if (block !== undefined) block[list] += times;
    }
    for (const name of INSTANCE_COUNTS) this.#instances[name] += times * tally.instances[name];
  }

  #shared(tally: AppTally): AppTally {
    const name = nameOfTally(tally);
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    if (this.#known.size >= SHARED_MAX) this.#known.clear();
    this.#known.set(name, tally);
    return tally;
  }
}

const NO_INSTANCES: InstanceCounts = Object.freeze({
  desired: 0,
  running: 0,
  starting: 0,
  evacuating: 0,
  crashed: 0,
  missing: 0,
});

const INSTANCE_COUNTS = Object.keys(NO_INSTANCES) as (keyof InstanceCounts)[];

function emptyLists(): Record<AppList, number> {
  return Object.fromEntries(APP_LISTS.map((list) => [list, 0])) as Record<AppList, number>;
}

function guidOf(key: string): string {
  return key.slice(0, key.indexOf(","));
}
