/**
 * What the page knows, in one place: the answers of `/v1` as far as the page reads them, and what was
 * chosen on the page itself.
 *
 * @module
 */
// @ts-check

import { nowSeconds } from "./real_time.js";

/**
 * @typedef {{ fresh: boolean, since: number | null }} Freshness
 *
 * @typedef {{
 *   name: string, holds: string, source: string, reason: string, by: string,
 *   set_at: number, expires_at?: number,
 * }} Hold
 *
 * @typedef {{
 *   stale_because: string | null,
 *   apps: Record<string, number>,
 *   instances: Record<string, number>,
 *   freshness: { actual: Freshness, desired: Freshness },
 *   deas: { present: number },
 *   queue: { starts: number, stops: number },
 *   leaders: { component: string, id: string, epoch: number }[] | null,
 *   holds: Hold[],
 * }} Fleet
 *
 * @typedef {{
 *   droplet: string, version: string, states: string[], instances: Record<string, number>,
 * }} AppSummary
 *
 * @typedef {{
 *   kind: "start" | "stop", droplet: string, version: string, index: number | null,
 *   instance: string | null, reason: string, send_on: number, sent_on: number | null,
 *   judged_again_on: number | null, message_id: string,
 * }} Message
 *
 * @typedef {{ guid: string, instances: number, renewed_at: number | null }} Dea
 *
 * @typedef {{
 *   at: number, component: string, kind: string, droplet: string, version: string, index?: number,
 *   instance?: string, reason: string, why: string, due_at?: number, count?: number,
 * }} Decision
 *
 * @typedef {{
 *   index: number, desired: boolean, states: string[], crashes: number, next: string,
 * }} IndexExplanation
 *
 * @typedef {{
 *   droplet: string, version: string,
 *   desired: { instances: number, state: string, package_state: string },
 *   stale_because: string | null, indices: IndexExplanation[],
 * }} Explanation
 *
 * @typedef {{ page: number, per_page: number, total: number }} Page
 *
 * @typedef {Page & { apps: AppSummary[] }} AppsPage
 * @typedef {Page & { listed: number, messages: Message[] }} MessagesPage
 * @typedef {Page & { deas: Dea[] }} DeasPage
 * @typedef {{ versions: Explanation[] } | { problem: string }} Explained
 *
 * @typedef {{ title: string, text: string }} Failure
 */

/** Entries on one page of each list. */
export const PER_PAGE = Object.freeze({ apps: 20, messages: 12, deas: 12 });

/** What the page knows, and what was chosen. */
export const state = {
  /** @type {Fleet | undefined} */ fleet: undefined,
  /** @type {AppsPage | undefined} */ apps: undefined,
  /** The list that `apps` is of. */
  appsOf: "",
  /** @type {MessagesPage | undefined} */ messages: undefined,
  /** @type {DeasPage | undefined} */ deas: undefined,
  /** @type {Decision[] | undefined} */ decisions: undefined,
  /** @type {Explained | undefined} */ explained: undefined,
  /** Unix seconds by this browser's clock; 0 while nothing was ever heard. */
  heardAt: 0,
  /** Whether changes are told as they happen. */
  isLive: false,
  /** Why the last question was not answered; undefined when it was. */
  /** @type {Failure | undefined} */ failure: undefined,
  /** Seconds that the server's clock is ahead of this browser's. */
  ahead: 0,

  /** The list of apps that was chosen; undefined: whatever needs attention most. */
  /** @type {string | undefined} */ list: undefined,
  appsPage: 1,
  messagesPage: 1,
  deasPage: 1,
  /** The app that is explained; empty for none. */
  guid: "",
  /** Indices of it that are shown. */
  indicesShown: 50,
};

/** Unix seconds by the server's clock. */
export function now() {
  return nowSeconds() + state.ahead;
}
