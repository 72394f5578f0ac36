/**
 * What every reader of a collection can be told.
 *
 * @module
 */

import type { Logger } from "../../helpers/logger.ts";
import type { Metrics } from "../../helpers/metrics.ts";
import type { CorruptRecords } from "./corrupt_records.ts";

/** Options of the collections' readers. */
export interface ReadOptions {
  /** Read as of this revision. @default the revision of the first page */
  readonly revision?: number | undefined;
  /** Keeps what was already said; for readers that read again and again. @default a new one */
  readonly corruptRecords?: CorruptRecords | undefined;
  /** Where corrupt records are logged, unless `corruptRecords` is given. */
  readonly log?: Logger | undefined;
  /** Where corrupt records are counted, unless `corruptRecords` is given. */
  readonly metrics?: Metrics | undefined;
}

/** Options of readers of what is of apps. */
export interface ReadAppsOptions extends ReadOptions {
  /** Read only what is of the versions of this app. @default all apps */
  readonly appGuid?: string | undefined;
}
