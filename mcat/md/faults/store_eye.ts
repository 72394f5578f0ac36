/**
 * Looks at the store without a proxy, on behalf of the judge: what stands in it, by asking again and again;
 * and which messages were claimed, by watching the queues. It may be late, or blind while the store is
 * down: whoever judges by it has to allow for that.
 *
 * @module
 */

import type { TimeProvider } from "../../../lib/helpers/time_provider.ts";
import { appKey } from "../../../lib/models/app_key.ts";
import {
  instanceHeartbeatFromCsv,
  isStartingOrRunning,
} from "../../../lib/models/instance_heartbeat.ts";
import { parsePendingStart } from "../../../lib/models/pending_start_message.ts";
import { parsePendingStop } from "../../../lib/models/pending_stop_message.ts";
import { parseFreshness } from "../../../lib/store/collections/freshness_record.ts";
import { StoreLayout } from "../../../lib/store/layout.ts";
import { rangeAll } from "../../../lib/store/range_all.ts";
import type { Entry, Store, WatchEvent } from "../../../lib/store/store.ts";
import type { SteadyClock } from "./steady_clock.ts";
import type { AppIndex } from "./truth.ts";

/** How often the store is asked. */
const POLL_MS = 500;
/** How long to wait before watching anew, in milliseconds. */
const RETRY_MS = 200;

/** A message that somebody has claimed in order to send it. */
export interface Claim {
  /** Of the queue. */
  readonly key: string;
  readonly messageId: string;
  readonly reason: string;
  /** Unix seconds. */
  readonly sentOn: number;
}

/** What says whether anybody may act, as of one look. */
export interface Freshness {
  /** When heartbeats began to be saved without a break, in Unix seconds; undefined when they are not. */
  readonly actualSince: number | undefined;
  /** The same of fetches. */
  readonly desiredSince: number | undefined;
}

/** What a {@linkcode StoreEye} is handed. */
export interface StoreEyeDeps {
  readonly store: Store;
  readonly clock: SteadyClock;
  readonly time: TimeProvider;
  readonly onClaim: (claim: Claim) => void;
  readonly onFreshness: (freshness: Freshness) => void;
}

/** A record, and since when it has stood as it is, by the judge's clock. */
interface Standing {
  readonly revision: number;
  readonly sinceMs: number;
  readonly value: string;
}

/** An eye on the store. */
export class StoreEye {
  readonly layout = new StoreLayout({ schemaVersion: 1 });
  readonly #deps: StoreEyeDeps;
  #instances = new Map<string, Standing>();
  #presence = new Map<string, Standing>();
  #unsent = Infinity;
  #replaced = new AbortController();

  constructor(deps: StoreEyeDeps) {
    this.#deps = deps;
  }

  /** How many messages of the queues nobody has claimed, as of the last look. */
  get unsent(): number {
    return this.#unsent;
  }

  /** The store is another one: everything is looked at anew. */
  storeReplaced(): void {
    this.#instances.clear();
    this.#presence.clear();
    this.#unsent = Infinity;
    this.#replaced.abort();
    this.#replaced = new AbortController();
  }

  /** Whether a record says, since then and without a break, that the index is served by a DEA that is there. */
  servedSince({ instanceIndex, ...app }: AppIndex, sinceMs: number): boolean {
    return [...this.#instances].some(([key, standing]) => {
      if (standing.sinceMs > sinceMs) return false;
      const id = this.layout.parseActualKey(key);
      const presence = this.#presence.get(this.layout.presenceKey(id.deaGuid));
      if (presence === undefined || presence.sinceMs > sinceMs) return false;
      const instance = instanceHeartbeatFromCsv(id, standing.value);
      return appKey(id) === appKey(app) && instance.instanceIndex === instanceIndex &&
        isStartingOrRunning(instance);
    });
  }

  /** Looks until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    const { startPrefix, stopPrefix } = this.layout;
    await Promise.all([
      this.#deps.clock.every(POLL_MS, { work: () => this.#poll(), signal }),
      this.#watch(startPrefix, { read: claimOfStart, signal }),
      this.#watch(stopPrefix, { read: claimOfStop, signal }),
    ]);
  }

  async #poll(): Promise<void> {
    const { layout } = this;
    const replaced = this.#replaced.signal;
    try {
      const [actual, presence, starts, stops, actualFresh, desiredFresh] = await Promise.all([
        this.#read(layout.actualPrefix),
        this.#read(layout.presencePrefix),
        this.#read(layout.startPrefix),
        this.#read(layout.stopPrefix),
        this.#deps.store.get(layout.actualFreshKey),
        this.#deps.store.get(layout.desiredFreshKey),
      ]);
      if (replaced.aborted) return;
      this.#instances = this.#standing(actual, this.#instances, (entry) => entry.modRevision);
      this.#presence = this.#standing(presence, this.#presence, (entry) => entry.createRevision);
      this.#unsent = starts.filter((entry) => claimOfStart(entry) === undefined).length +
        stops.filter((entry) => claimOfStop(entry) === undefined).length;
      this.#deps.onFreshness({
        actualSince: timestampIn(actualFresh),
        desiredSince: timestampIn(desiredFresh),
      });
    } catch {
      // The store is down, as it is meant to be now and then: nothing is known until it is back.
    }
  }

  async #read(prefix: string): Promise<readonly Entry[]> {
    return (await rangeAll(this.#deps.store, prefix)).entries;
  }

  // What stood at the last look with the same revision has stood in between.
  #standing(
    entries: readonly Entry[],
    before: ReadonlyMap<string, Standing>,
    revisionOf: (entry: Entry) => number,
  ): Map<string, Standing> {
    return new Map(entries.map((entry) => {
      const revision = revisionOf(entry);
      const known = before.get(entry.key);
      const sinceMs = known?.revision === revision ? known.sinceMs : this.#deps.clock.nowMs();
      return [entry.key, { revision, sinceMs, value: entry.value }];
    }));
  }

  async #watch(
    prefix: string,
    { read, signal }: {
      readonly read: (entry: Entry) => Claim | undefined;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    while (!signal.aborted) {
      const until = AbortSignal.any([signal, this.#replaced.signal]);
      try {
        for await (const { events } of this.#deps.store.watch(prefix, { signal: until })) {
          events.forEach((event) => this.#tell(event, read));
        }
      } catch {
        // Down, or compacted: claims of that time stay unknown.
      }
      await this.#deps.time.sleep(RETRY_MS, { signal });
    }
  }

  #tell(event: WatchEvent, read: (entry: Entry) => Claim | undefined): void {
    const claim = event.kind === "put" ? read(event.entry) : undefined;
    if (claim !== undefined) this.#deps.onClaim(claim);
  }
}

const claimOfStart = claimReader(parsePendingStart);
const claimOfStop = claimReader(parsePendingStop);

function claimReader(
  parse: (value: string) => Omit<Claim, "key">,
): (entry: Entry) => Claim | undefined {
  return ({ key, value }) => {
    const { messageId, reason, sentOn } = parse(value);
    return sentOn === 0 ? undefined : { key, messageId, reason, sentOn };
  };
}

function timestampIn(entry: Entry | undefined): number | undefined {
  return entry === undefined ? undefined : parseFreshness(entry.value);
}
