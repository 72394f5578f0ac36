/**
 * The shredder deletes what older schema versions left in the store, and nothing else: one look at each
 * name directly under `/hm/`, one range delete for each that is obsolete. The store has no directories, so
 * there are no empty ones to remove (SHR-07 to SHR-09 hold by themselves).
 *
 * @module
 */

import type { Logger } from "../helpers/logger.ts";
import type { Metrics } from "../helpers/metrics.ts";
import { type Fence, fencedTransact } from "../store/fence.ts";
import { HM_ROOT } from "../store/layout.ts";
import type { Mutation, Store } from "../store/store.ts";
import { isObsoleteSegment } from "./classify_segment.ts";

/** What the shredder is handed. */
export interface ShredderDeps {
  readonly store: Store;
  readonly schemaVersion: number;
  readonly fence: Fence;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Nothing of the current schema version is stored: yet, or for a reason that somebody should look into. */
export class NothingStoredError extends Error {
  override readonly name = "NothingStoredError";
}

/** Removes obsolete schema versions. */
export class Shredder {
  readonly #deps: ShredderDeps;

  /** Deletes nothing until its first pass. */
  constructor(deps: ShredderDeps) {
    this.#deps = deps;
  }

  /**
   * Deletes everything obsolete under `/hm/` and returns the names deleted.
   *
   * @throws {NothingStoredError} when nothing of the current schema version is stored: more likely a wrong
   *   `store_schema_version` or a wrong store than a reason to delete (SHR-13)
   * @throws {LeadershipLostError} when another shredder leads
   */
  async pass(): Promise<readonly string[]> {
    await this.#requireCurrentSchema();
    const deleted: string[] = [];
    for await (const name of segmentNames(this.#deps.store)) {
      if (!isObsoleteSegment(name.segment, this.#deps.schemaVersion)) continue;
      await this.#delete(name);
      deleted.push(`${HM_ROOT}${name.segment}`);
    }
    return deleted;
  }

  async #requireCurrentSchema(): Promise<void> {
    const { store, schemaVersion } = this.#deps;
    const prefix = `${HM_ROOT}v${schemaVersion}/`;
    for await (const page of store.range(prefix, { limit: 1, keysOnly: true })) {
      if (page.entries.length > 0) return;
    }
    throw new NothingStoredError(
      `Cannot shred: nothing is stored under ${prefix}, so that everything else would look ` +
        "obsolete; check store_schema_version, or let the listeners run first",
    );
  }

  async #delete(name: SegmentName): Promise<void> {
    const { store, fence, log, metrics } = this.#deps;
    const mutation: Mutation = name.isLeaf
      ? { kind: "delete", key: `${HM_ROOT}${name.segment}` }
      : { kind: "delete_prefix", prefix: `${HM_ROOT}${name.segment}/` };
    await fencedTransact(store, { guards: [], mutations: [mutation] }, fence);
    metrics.increment("shredder_deleted_versions");
    log.info("Deleted what an obsolete schema version left", {
      prefix: `${HM_ROOT}${name.segment}`,
    });
  }
}

interface SegmentName {
  readonly segment: string;
  /** A key of its own rather than the beginning of longer ones. */
  readonly isLeaf: boolean;
}

/** The names directly under `/hm/`, by skipping from one to the next: no more than one key of each is read. */
async function* segmentNames(store: Store): AsyncGenerator<SegmentName> {
  let from = HM_ROOT;
  for (;;) {
    const key = await firstKey(store, from);
    if (key === undefined) return;
    const rest = key.slice(HM_ROOT.length);
    const slash = rest.indexOf("/");
    const segment = slash < 0 ? rest : rest.slice(0, slash);
    yield { segment, isLeaf: slash < 0 };
    from = slash < 0 ? `${key}\0` : `${HM_ROOT}${segment}0`; // "0" follows "/" in ASCII
  }
}

async function firstKey(store: Store, from: string): Promise<string | undefined> {
  for await (const page of store.range(HM_ROOT, { from, limit: 1, keysOnly: true })) {
    const [entry] = page.entries;
    if (entry !== undefined) return entry.key;
  }
  return undefined;
}
