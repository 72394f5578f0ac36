/**
 * The questions that the page asks, and where the answers go.
 *
 * @module
 */
// @ts-check
/// <reference no-default-lib="true" />
/// <reference lib="esnext" />
/// <reference lib="dom" />

import { ask, Problem } from "./ask.js";
import { nowSeconds } from "./real_time.js";
import { PER_PAGE, state } from "./types.js";

/**
 * @typedef {import("./types.js").Fleet} Fleet
 * @typedef {import("./types.js").Decision} Decision
 */

/** The clocks of server and browser may differ by this much before that is made up for. */
const AHEAD_TOLERATED_SECONDS = 2;

/** Starts and stops in the time line. */
const DECISIONS_SHOWN = 40;

/** How often it was asked: an answer that comes after a newer question is of no use. */
let asked = 0;

/**
 * Asks for everything that is shown.
 *
 * @param {() => string} chooseList which apps, once it is known how many there are of each kind
 */
export async function askAll(chooseList) {
  asked += 1;
  const mine = asked;
  const { body, now: serverNow } = await ask("fleet");
  const heardAt = nowSeconds();
  if (mine !== asked) return;
  state.fleet = /** @type {Fleet} */ (body);
  const ahead = serverNow === undefined ? 0 : serverNow - heardAt;
  // Less is the way of the answer, and would make the clock jump.
  if (Math.abs(ahead - state.ahead) > AHEAD_TOLERATED_SECONDS) state.ahead = ahead;
  const list = chooseList();
  const answers = await Promise.all([
    askPage("apps", { "state": list, "page": state.appsPage, "per_page": PER_PAGE.apps }),
    askPage("messages", { "page": state.messagesPage, "per_page": PER_PAGE.messages }),
    askPage("deas", { "page": state.deasPage, "per_page": PER_PAGE.deas }),
    askDecisions(),
    askExplanation(state.guid),
  ]);
  if (mine === asked) keep(answers, { list, heardAt });
}

/**
 * @param {[unknown, unknown, unknown, Decision[], import("./types.js").Explained | undefined]} answers
 * @param {{ list: string, heardAt: number }} when
 */
function keep([apps, messages, deas, decisions, explained], { list, heardAt }) {
  state.apps = /** @type {import("./types.js").AppsPage} */ (apps);
  state.appsOf = list;
  state.messages = /** @type {import("./types.js").MessagesPage} */ (messages);
  state.deas = /** @type {import("./types.js").DeasPage} */ (deas);
  state.appsPage = within(state.apps);
  state.messagesPage = within(state.messages);
  state.deasPage = within(state.deas);
  state.decisions = decisions;
  state.explained = explained;
  state.heardAt = heardAt;
}

/** The page to ask for next: a list may have become shorter. @param {import("./types.js").Page} page */
function within({ page, per_page: perPage, total }) {
  return Math.min(page, Math.max(1, Math.ceil(total / perPage)));
}

/** @param {string} path @param {Record<string, string | number>} query */
async function askPage(path, query) {
  return (await ask(path, query)).body;
}

/**
 * What was sent last. Two questions, since what was queued or dropped meanwhile may be a great deal more.
 * The log is read from the store: while that is away, what was known of it stays.
 *
 * @returns {Promise<Decision[]>}
 */
async function askDecisions() {
  try {
    const [starts, stops] = await Promise.all([askSent("start_sent"), askSent("stop_sent")]);
    return [...starts, ...stops].sort((a, b) => b.at - a.at).slice(0, DECISIONS_SHOWN);
  } catch (error) {
    if (error instanceof Problem) return state.decisions ?? [];
    throw error;
  }
}

/** @param {string} kind @returns {Promise<Decision[]>} */
async function askSent(kind) {
  const { body } = await ask("decisions", { "kind": kind, "limit": DECISIONS_SHOWN });
  return /** @type {{ decisions: Decision[] }} */ (body).decisions;
}

/** @param {string} guid @returns {Promise<import("./types.js").Explained | undefined>} */
async function askExplanation(guid) {
  if (guid === "") return undefined;
  try {
    const { body } = await ask(`apps/${encodeURIComponent(guid)}`);
    return /** @type {import("./types.js").Explained} */ (body);
  } catch (error) {
    if (error instanceof Problem && /unknown-app|bad-request/.test(error.kind)) {
      return { problem: error.message };
    }
    throw error;
  }
}

/** What to say when a question was not answered. @param {unknown} error @returns {import("./types.js").Failure} */
export function failureOf(error) {
  if (error instanceof Problem) return { title: "hm9000 cannot tell", text: error.message };
  const text = error instanceof DOMException ? "no answer in time" : "no answer";
  return { title: "Connection lost", text };
}
