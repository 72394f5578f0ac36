/**
 * Where the API gets its answers: the fleet as it stands in the store when it is asked. A reader sees to
 * it that many who ask at once do not make it work many times (I17).
 *
 * @module
 */

import type { App } from "../models/app.ts";
import type { AppId } from "../models/app_key.ts";

/** The apps, as of one revision of a fresh store. */
export interface AppStates {
  /** The store's revision that they are of, or a later one. */
  readonly revision: number;
  /** Seconds since they were last known to be what the store holds. */
  readonly ageSeconds: number;
  /** The app, if it is desired or has an instance (API-05, API-18). */
  find(app: AppId): App | undefined;
}

/**
 * Reads the apps.
 *
 * @throws {NotFreshError} when the store is too old to answer from
 * @throws {StoreUnavailableError} when it cannot be reached
 */
export type ReadAppStates = () => Promise<AppStates>;
