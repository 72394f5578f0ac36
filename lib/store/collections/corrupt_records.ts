/**
 * Records that cannot be read are skipped, never the whole collection: an unreadable record must not make
 * the fleet look empty (HAZ-02, STO-26, APP-10, PEN-10). This is where they are said, once each and not
 * at every pass, and counted.
 *
 * @module
 */

import type { Logger } from "../../helpers/logger.ts";
import type { Metrics } from "../../helpers/metrics.ts";
import type { Entry } from "../store.ts";

/** How many corrupt records are logged one by one, and how many are told apart. */
const LOGGED_MAX = 20;
const REMEMBERED_MAX = 10_000;

/** The counter of corrupt records, each counted once per reader. */
export const CORRUPT_RECORDS_METRIC = "corrupt_records";

/** What {@linkcode CorruptRecords} is handed; whatever is left out is not told. */
export interface CorruptRecordsDeps {
  readonly log?: Logger | undefined;
  readonly metrics?: Metrics | undefined;
}

/** Says of each corrupt record once that it is skipped. Keep one for as long as the reader lives. */
export class CorruptRecords {
  readonly #deps: CorruptRecordsDeps;
  /** Revision at which each key was found corrupt: the same key may be corrupted anew. */
  readonly #seen = new Map<string, number>();
  #logged = 0;

  /** Remembers nothing at first: every corrupt record counts as new once. */
  constructor(deps: CorruptRecordsDeps = {}) {
    this.#deps = deps;
  }

  /** Takes note that `entry` is skipped because of `error`. */
  report(entry: Pick<Entry, "key" | "modRevision">, error: unknown): void {
    if (this.#seen.get(entry.key) === entry.modRevision) return;
    if (this.#seen.size >= REMEMBERED_MAX) this.#startOver();
    this.#seen.set(entry.key, entry.modRevision);
    this.#deps.metrics?.increment(CORRUPT_RECORDS_METRIC);
    this.#logged += 1;
    if (this.#logged <= LOGGED_MAX) {
      this.#deps.log?.error("Skipped a corrupt record", { key: entry.key, error });
    } else if (this.#logged === LOGGED_MAX + 1) {
      this.#deps.log?.error("Skipped more corrupt records; they are only counted from here on", {
        metric: CORRUPT_RECORDS_METRIC,
      });
    }
  }

  #startOver(): void {
    this.#seen.clear();
    this.#logged = 0;
  }
}

/** The given corrupt records, or ones that tell `log` and `metrics` for this once. */
export function corruptRecordsOf(
  options: CorruptRecordsDeps & { readonly corruptRecords?: CorruptRecords | undefined },
): CorruptRecords {
  return options.corruptRecords ?? new CorruptRecords(options);
}
