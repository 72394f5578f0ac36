/**
 * Where the API gets its answers: the fleet as it stands in the store, read anew for whoever asks, but
 * never more than one read at a time however many ask (I17).
 *
 * @module
 */

import { shareCalls } from "../helpers/share_calls.ts";
import type { App } from "../models/app.ts";
import type { AppId } from "../models/app_key.ts";

/** The apps, as of one revision of a fresh store. */
export interface AppStates {
  /** The store's revision that they are of, or a later one. */
  readonly revision: number;
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

/**
 * Shares reads: who asks while a read is under way gets the next one, which begins after the question, so
 * that no answer is older than its question.
 */
export function sharedReads(read: ReadAppStates): ReadAppStates {
  return shareCalls(read);
}
