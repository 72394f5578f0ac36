/**
 * What the store is known to hold of the desired state, so that a fetch of a million apps that changes ten
 * of them reads and writes ten. A cache of what was read and written: the leader of the name is the only one
 * that writes these records, and now and then they are read anew all the same, as they are after anything
 * went wrong (I11). An app costs its key and one small number; what a fetch says of it is compared as it
 * comes, and not kept (DST-03).
 *
 * @module
 */

import {
  type DesiredAppState,
  desiredAppStateFromCsv,
  desiredAppStateToCsv,
  isWanted,
} from "../models/desired_app_state.ts";
import { appKey } from "../models/app_key.ts";
import { flatText } from "../models/flat_text.ts";
import { ParseError } from "../models/parse_error.ts";
import type { CorruptRecords } from "../store/collections/corrupt_records.ts";
import type { DesiredDifference } from "../store/collections/desired_state.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Entry, Store } from "../store/store.ts";

/** Fetches that can be told apart; then what is stored is read anew. */
const FETCHES_MAX = 1_000;
/** Different texts that can be told apart; a record with another counts as one that cannot be read. */
const TEXTS_MAX = 100_000;
const MARKS = 2 * (FETCHES_MAX + 1);
/** The text of a record that cannot be read: what is wanted always differs from it. */
const UNREADABLE = 0;

/** What reading the store takes. */
export interface LoadDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly corruptRecords: CorruptRecords;
}

/** What stands in the store, by app key. */
export class KnownDesired {
  /** The number of its text, and in which fetch it was named last, and whether it was wanted there. */
  readonly #codes = new Map<string, number>();
  readonly #texts: string[] = [""];
  readonly #numbers = new Map<string, number>();
  #readable = 0;
  #fetches = 0;

  private constructor() {}

  /**
   * Reads what is stored; corrupt records are said and counted (DST-07).
   *
   * @throws {StoreUnavailableError} when the store fails
   */
  static async load({ store, layout, corruptRecords }: LoadDeps): Promise<KnownDesired> {
    const known = new KnownDesired();
    const { desiredPrefix } = layout;
    for await (const page of store.range(desiredPrefix)) {
      for (const entry of page.entries) {
        const key = flatText(entry.key.slice(desiredPrefix.length));
        known.#set(key, readText(layout, entry, corruptRecords));
      }
    }
    return known;
  }

  /** Whether another fetch can be told from those before. */
  get worn(): boolean {
    return this.#fetches >= FETCHES_MAX;
  }

  /** Begins to compare a fetch; the one before it is forgotten. */
  begin(): DesiredTally {
    this.#fetches += 1;
    return new DesiredTally({
      codes: this.#codes,
      fetch: this.#fetches,
      shared: (text) => this.#texts[this.#numberOf(text)] || text,
      isText: (code, text) => this.#texts[Math.floor(code / MARKS)] === text,
      difference: (puts) => this.#difference(puts),
    });
  }

  /** Takes note that a difference was written. */
  commit({ puts, deletes }: DesiredDifference): void {
    for (const key of deletes) this.#forget(key);
    for (const [key, text] of puts) this.#set(key, text);
  }

  #difference(puts: ReadonlyMap<string, string>): DesiredDifference {
    const deletes: string[] = [];
    let lost = 0;
    for (const [key, code] of this.#codes) {
      if (code % MARKS === markOf(this.#fetches, true)) continue;
      deletes.push(key);
      if (code >= MARKS) lost += 1;
    }
    return { puts, deletes, stored: this.#readable, lost };
  }

  #forget(key: string): void {
    if ((this.#codes.get(key) ?? 0) >= MARKS) this.#readable -= 1;
    this.#codes.delete(key);
  }

  #set(key: string, text: string | undefined): void {
    if ((this.#codes.get(key) ?? 0) >= MARKS) this.#readable -= 1;
    const number = text === undefined ? UNREADABLE : this.#numberOf(text);
    if (number !== UNREADABLE) this.#readable += 1;
    this.#codes.set(key, number * MARKS);
  }

  #numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length >= TEXTS_MAX) return UNREADABLE;
    const number = this.#texts.push(text) - 1;
    this.#numbers.set(text, number);
    return number;
  }
}

/** What a {@linkcode DesiredTally} works with. */
interface TallyDeps {
  readonly codes: Map<string, number>;
  readonly fetch: number;
  /** Of a million apps nearly all say one of a few things: each of these is kept once. */
  readonly shared: (text: string) => string;
  readonly isText: (code: number, text: string) => boolean;
  readonly difference: (puts: ReadonlyMap<string, string>) => DesiredDifference;
}

/** Compares one fetch with what is known, app by app; the last word on an app counts. */
export class DesiredTally {
  readonly #deps: TallyDeps;
  readonly #puts = new Map<string, string>();
  /** Apps that are neither stored nor wanted: they only count. */
  readonly #unwanted = new Set<string>();
  #received = 0;

  constructor(deps: TallyDeps) {
    this.#deps = deps;
  }

  /** How many different apps were named, wanted or not (DES-08). */
  get received(): number {
    return this.#received;
  }

  /** Takes in what is said of an app. */
  add(app: DesiredAppState): void {
    const key = appKey(app);
    const text = isWanted(app) ? this.#deps.shared(desiredAppStateToCsv(app)) : undefined;
    const code = this.#deps.codes.get(key);
    if (code === undefined) this.#addUnknown(key, text);
    else this.#addKnown({ key, code, text });
  }

  /** What must change, once everything was said. */
  difference(): DesiredDifference {
    return this.#deps.difference(this.#puts);
  }

  #addUnknown(key: string, text: string | undefined): void {
    const before = this.#puts.size + this.#unwanted.size;
    if (text === undefined) {
      this.#puts.delete(key);
      this.#unwanted.add(key);
    } else {
      this.#unwanted.delete(key);
      this.#puts.set(key, text);
    }
    this.#received += this.#puts.size + this.#unwanted.size - before;
  }

  #addKnown(
    { key, code, text }: {
      readonly key: string;
      readonly code: number;
      readonly text: string | undefined;
    },
  ): void {
    const { codes, fetch, isText } = this.#deps;
    const mark = code % MARKS;
    if (mark !== markOf(fetch, true) && mark !== markOf(fetch, false)) this.#received += 1;
    codes.set(key, code - mark + markOf(fetch, text !== undefined));
    if (text === undefined || isText(code, text)) this.#puts.delete(key);
    else this.#puts.set(key, text);
  }
}

/** The first fetch is 1, so that 0 is none of them. */
function markOf(fetch: number, wanted: boolean): number {
  return 2 * fetch + (wanted ? 1 : 0);
}

/** A record's value as we write it; undefined, and reported, when it cannot be read. */
function readText(
  layout: StoreLayout,
  entry: Entry,
  corruptRecords: CorruptRecords,
): string | undefined {
  try {
    return desiredAppStateToCsv(
      desiredAppStateFromCsv(layout.parseDesiredKey(entry.key), entry.value),
    );
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    corruptRecords.report(entry, error);
    return undefined;
  }
}
