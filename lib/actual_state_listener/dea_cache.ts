/**
 * What the store is known to hold of each DEA, so that only changes need be written. Cached means
 * committed: nothing enters before the store has it (I11, B6), everything is forgotten when a write fails
 * (HAZ-07), and all is read anew when it has grown old, in case somebody else changed the store
 * (STO-10 to STO-12, REG-33, REG-34).
 *
 * @module
 */

import type { TimeProvider } from "../helpers/time_provider.ts";
import { instanceHeartbeatFromCsv } from "../models/instance_heartbeat.ts";
import { ParseError } from "../models/parse_error.ts";
import type { StoreLayout } from "../store/layout.ts";
import type { Store } from "../store/store.ts";
import { instanceFingerprint, type KnownInstances, UNREADABLE } from "./diff_heartbeat.ts";

/** What is stored of one DEA. */
export interface KnownDea {
  readonly instances: KnownInstances;
  /** The heartbeat that says just this, as it came; undefined when none is known to. */
  readonly bytes?: Uint8Array | undefined;
}

/** What a {@linkcode DeaCache} is handed. */
export interface DeaCacheDeps {
  readonly store: Store;
  readonly layout: StoreLayout;
  readonly time: TimeProvider;
  /** Age at which it is read anew, in milliseconds, inclusive. */
  readonly maxAgeMs: number;
}

const NOTHING: KnownDea = { instances: new Map() };

/** A cache of the instance records, by DEA. */
export class DeaCache {
  readonly #deps: DeaCacheDeps;
  #deas: Map<string, KnownDea> | undefined;
  #loadedAtMs = 0;

  constructor(deps: DeaCacheDeps) {
    this.#deps = deps;
  }

  /** Reads the store, unless that was done and is not too long ago. */
  async ensureLoaded(): Promise<void> {
    const nowMs = this.#deps.time.monotonicMs();
    if (this.#deas !== undefined && nowMs - this.#loadedAtMs < this.#deps.maxAgeMs) return;
    this.#deas = await this.#load(this.#deas ?? new Map());
    this.#loadedAtMs = nowMs; // When reading began: what changed meanwhile may have been missed.
  }

  /** What is stored of a DEA. */
  known(deaGuid: string): KnownDea {
    return this.#loaded().get(deaGuid) ?? NOTHING;
  }

  /** The DEAs of which anything is stored or was heard. */
  get deaGuids(): readonly string[] {
    return [...this.#loaded().keys()];
  }

  /** Takes note of what was committed. */
  commit(deaGuid: string, known: KnownDea): void {
    this.#loaded().set(deaGuid, known);
  }

  /** Takes note that nothing is stored of a DEA any more. */
  forget(deaGuid: string): void {
    this.#loaded().delete(deaGuid);
  }

  /** Forgets everything: the store may hold anything. */
  drop(): void {
    this.#deas = undefined;
  }

  #loaded(): Map<string, KnownDea> {
    if (this.#deas === undefined) throw new TypeError("Cannot use the cache: it was not loaded");
    return this.#deas;
  }

  /** A DEA that is stored as it was known keeps its bytes: its next heartbeat need not be parsed. */
  async #load(before: ReadonlyMap<string, KnownDea>): Promise<Map<string, KnownDea>> {
    const { store, layout } = this.#deps;
    const stored = new Map<string, Map<string, number>>();
    for await (const page of store.range(layout.actualPrefix)) {
      for (const { key, value } of page.entries) {
        const slash = key.indexOf("/", layout.actualPrefix.length);
        if (slash < 0) continue; // No DEA's: readers report it, nobody of ours wrote it (STO-28).
        const deaGuid = key.slice(layout.actualPrefix.length, slash);
        let instances = stored.get(deaGuid);
        if (instances === undefined) stored.set(deaGuid, instances = new Map());
        instances.set(key.slice(slash + 1), fingerprintOf(value));
      }
    }
    const deas = new Map<string, KnownDea>();
    for (const [deaGuid, known] of before) {
      if (known.instances.size === 0 && !stored.has(deaGuid)) deas.set(deaGuid, known);
    }
    for (const [deaGuid, instances] of stored) {
      const known = before.get(deaGuid);
      const same = known !== undefined && sameInstances(known.instances, instances);
      deas.set(deaGuid, same ? known : { instances });
    }
    return deas;
  }
}

function sameInstances(a: KnownInstances, b: KnownInstances): boolean {
  if (a.size !== b.size) return false;
  for (const [name, fingerprint] of a) {
    if (b.get(name) !== fingerprint) return false;
  }
  return true;
}

/** A record that cannot be read is overwritten or removed by its DEA's next heartbeat. */
function fingerprintOf(value: string): number {
  try {
    return instanceFingerprint(instanceHeartbeatFromCsv(ANYONE, value));
  } catch (error) {
    if (error instanceof ParseError) return UNREADABLE;
    throw error;
  }
}

/** Only index and state are looked at. */
const ANYONE = { appGuid: "", appVersion: "", instanceGuid: "", deaGuid: "" };
