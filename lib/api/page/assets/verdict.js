/**
 * How the platform is, worst first: what an operator at three in the morning reads in ten seconds. Pure.
 *
 * @module
 */
// @ts-check

import { clock, count, duration, number } from "./format.js";

/** Components of which one must lead for anything to happen. */
export const LED = Object.freeze([
  "actual_state_listener",
  "desired_state_listener",
  "analyzer",
  "sender",
  "evacuator",
  "shredder",
]);

/** Seconds without a word after which what is shown must not pass for what is. */
export const SILENCE_MAX_SECONDS = 15;

/**
 * @typedef {"bad" | "warn" | "ok"} Tone
 * @typedef {{ tone: Tone, title: string, text: string }} Finding
 *   `title` says what kind of thing it is and changes only when that does; `text` has the figures.
 *
 * @typedef {{
 *   fleet: import("./types.js").Fleet | undefined,
 *   heardAt: number,
 *   failure: import("./types.js").Failure | undefined,
 *   now: number,
 * }} Known
 */

/**
 * Whether what is known can pass for what is.
 *
 * @param {Known} known
 */
export function isLost({ heardAt, failure, now }) {
  return failure !== undefined || (heardAt > 0 && now - heardAt > SILENCE_MAX_SECONDS);
}

/**
 * What there is to say, worst first; never empty.
 *
 * @param {Known} known
 * @returns {Finding[]}
 */
export function findings(known) {
  const { fleet, now } = known;
  const lost = isLost(known) ? [lostFinding(known)] : [];
  if (fleet === undefined) return lost.length > 0 ? lost : [ASKING];
  const found = [
    ...lost,
    ...stale(fleet),
    ...fleet.holds.map((hold) => held(hold, now)),
    ...leaderless(fleet),
    ...short(fleet),
  ];
  if (found.length === 0) return [allRuns(fleet)];
  return [
    ...found.filter(({ tone }) => tone === "bad"),
    ...found.filter(({ tone }) => tone !== "bad"),
  ];
}

/** @type {Finding} */
const ASKING = { tone: "warn", title: "Asking hm9000", text: "" };

/** @param {Known} known @returns {Finding} */
function lostFinding({ heardAt, failure, now }) {
  const { title, text } = failure ?? { title: "Connection lost", text: "no answer" };
  if (heardAt === 0) return { tone: "bad", title, text: `${text}. Nothing is known yet.` };
  const since = `since ${clock(heardAt, now)}, ${duration(now - heardAt)} ago`;
  return { tone: "bad", title, text: `${since}: ${text}. What you see below is from then.` };
}

/** @param {import("./types.js").Fleet} fleet @returns {Finding[]} */
function stale({ stale_because: because }) {
  if (because === null) return [];
  const reason = because.replace(/^Cannot act on what is stored: /, "");
  return [{
    tone: "bad",
    title: "Stale: hm9000 is not acting",
    text: `${reason}. Nothing is started or stopped until it is fresh.`,
  }];
}

/** @param {import("./types.js").Hold} hold @param {number} now @returns {Finding} */
function held(hold, now) {
  const what = hold.holds === "all"
    ? "Starts and stops are"
    : hold.holds === "stops"
    ? "Stops are"
    : "Starts are";
  const until = hold.expires_at === undefined
    ? "until what tripped it is over or it is lifted"
    : `until ${clock(hold.expires_at, now)}, in ${duration(hold.expires_at - now)}`;
  const who = hold.source === "breaker" ? `by the breaker ${hold.by}` : `by ${hold.by}`;
  const tone = hold.source === "breaker" ? "bad" : "warn";
  return { tone, title: `${what} held`, text: `${who} ${until}: ${hold.reason}` };
}

/** @param {import("./types.js").Fleet} fleet @returns {Finding[]} */
function leaderless({ leaders }) {
  if (leaders === null) return [];
  const led = leaders.map(({ component }) => component);
  const nobody = LED.filter((component) => !led.includes(component));
  if (nobody.length === 0) return [];
  return [{
    tone: "bad",
    title: "Nobody leads",
    text: `${nobody.join(", ")}: none of these works now`,
  }];
}

/** @param {import("./types.js").Fleet} fleet @returns {Finding[]} */
function short({ instances, apps }) {
  const { desired = 0, missing = 0, crashed = 0, evacuating = 0 } = instances;
  /** @type {Finding[]} */
  const found = [];
  if (missing > 0) {
    const text = `${number(missing)} of ${count(desired, "desired instance")}, in ${
      count(apps["missing"] ?? 0, "app")
    }`;
    found.push({ tone: "bad", title: "Missing", text });
  }
  if (crashed > 0) {
    found.push({
      tone: "warn",
      title: "Crashed",
      text: `${count(crashed, "instance")}, in ${count(apps["crashed"] ?? 0, "app")}`,
    });
  }
  if (evacuating > 0) {
    found.push({ tone: "warn", title: "Evacuating", text: count(evacuating, "instance") });
  }
  const undesired = apps["undesired"] ?? 0;
  if (undesired > 0) {
    found.push({
      tone: "warn",
      title: "Not desired",
      text: `${count(undesired, "app")} that nobody wants to run`,
    });
  }
  return found;
}

/** @param {import("./types.js").Fleet} fleet @returns {Finding} */
function allRuns({ instances }) {
  const { desired = 0, starting = 0 } = instances;
  const text = starting === 0
    ? `${count(desired, "desired instance")}`
    : `${count(desired, "desired instance")}, ${number(starting)} of them starting`;
  return { tone: "ok", title: "All is as desired", text };
}
