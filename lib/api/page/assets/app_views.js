/**
 * Apps: one page of those in a state, and what is known of a single one, index by index. What is drawn is
 * bounded, however many there are. Pure.
 *
 * @module
 */
// @ts-check

import { h } from "./dom.js";
import { count, number } from "./format.js";
import { appLink, code, GLYPHS, pager, spaced, table } from "./parts.js";

/** @typedef {import("./dom.js").Child} Child */

/** Lists of apps, in the order in which they need attention. */
export const LISTS = Object.freeze([
  ["missing", "Missing"],
  ["crashed", "Crashed"],
  ["evacuating", "Evacuating"],
  ["undesired", "Not desired"],
  ["starting", "Starting"],
  ["queued", "Queued"],
  ["staging", "Staging"],
  ["running", "Running"],
  ["all", "All"],
]);

/**
 * @param {{
 *   fleet: import("./types.js").Fleet, list: string, page: import("./types.js").AppsPage | undefined,
 * }} known
 * @param {{ choose: (list: string) => void, turn: (page: number) => void }} actions
 * @returns {Child[]}
 */
export function appsView({ fleet, list, page }, { choose, turn }) {
  const shown = LISTS.filter(([name = ""]) =>
    (fleet.apps[name] ?? 0) > 0 || name === list || name === "all"
  );
  const tabs = shown.map(([name = "", label = ""]) =>
    h(
      "button",
      {
        type: "button",
        class: "tab",
        "aria-pressed": String(name === list),
        onclick: () => choose(name),
      },
      `${label} `,
      h("span", { class: "badge" }, number(fleet.apps[name] ?? 0)),
    )
  );
  return [
    h("h2", { id: "apps-heading", tabindex: "-1" }, "Apps"),
    h("div", { class: "tabs", role: "group", "aria-label": "Which apps" }, ...tabs),
    page === undefined && h("p", { class: "empty" }, "Asking…"),
    page !== undefined && page.apps.length === 0 && h("p", { class: "empty" }, "No app."),
    page !== undefined && page.apps.length > 0 && table(
      ["App", "Version", "Instances"],
      {
        name: "apps",
        rows: page.apps.map((
          app,
        ) => [appLink(app.droplet), code(app.version, 24), instancesOf(app)]),
      },
    ),
    page !== undefined && pager(page, { what: "apps", turn }),
  ];
}

/** @param {import("./types.js").AppSummary} app @returns {Child} */
function instancesOf({ instances }) {
  const { desired = 0, running = 0 } = instances;
  const parts = ["missing", "crashed", "starting", "evacuating"].filter((name) =>
    (instances[name] ?? 0) > 0
  );
  const chips = parts.map((name) =>
    h("span", { class: `chip ${name}` }, `${GLYPHS[name]} ${number(instances[name] ?? 0)} ${name}`)
  );
  const whole = h("span", {}, `${number(running)}/${number(desired)} running`);
  return h("span", { class: "chips" }, ...spaced(whole, ...chips));
}

/**
 * @param {{
 *   guid: string, explained: import("./types.js").Explained | undefined, indicesShown: number,
 * }} known
 * @param {{ close: () => void, more: () => void }} actions
 * @returns {Child[]}
 */
export function explanationView({ guid, explained, indicesShown }, { close, more }) {
  return [
    h(
      "div",
      { class: "title" },
      h("h2", { id: "explanation-heading", tabindex: "-1" }, "App ", h("code", {}, guid)),
      h("button", { type: "button", class: "close", onclick: close }, "Close"),
    ),
    ...explanationOf(explained, { indicesShown, more }),
  ];
}

/**
 * @param {import("./types.js").Explained | undefined} explained
 * @param {{ indicesShown: number, more: () => void }} options
 * @returns {Child[]}
 */
function explanationOf(explained, options) {
  if (explained === undefined) return [h("p", { class: "empty" }, "Asking…")];
  if ("problem" in explained) return [h("p", { class: "empty", role: "alert" }, explained.problem)];
  return explained.versions.flatMap((version) => versionView(version, options));
}

/**
 * @param {import("./types.js").Explanation} explanation
 * @param {{ indicesShown: number, more: () => void }} options
 * @returns {Child[]}
 */
function versionView({ version, desired, indices }, { indicesShown, more }) {
  const wanted = desired.state === ""
    ? "not desired"
    : `${count(desired.instances, "instance")} desired, ${desired.state}, ${desired.package_state}`;
  const left = indices.length - indicesShown;
  return [
    h("h3", {}, "Version ", h("code", {}, version), h("span", { class: "aside" }, wanted)),
    table(
      ["Index", "State", "What happens next"],
      {
        name: "indices",
        rows: indices.slice(0, indicesShown).map((index) => [
          String(index.index),
          statesOf(index),
          index.next,
        ]),
      },
    ),
    left > 0 &&
    h(
      "button",
      { type: "button", class: "more", onclick: more },
      `Show more (${number(left)} left)`,
    ),
  ];
}

/** @param {import("./types.js").IndexExplanation} index @returns {Child} */
function statesOf({ states, desired, crashes }) {
  const names = states.length === 0
    ? [desired ? "missing" : "gone"]
    : states.map((state) => state.toLowerCase());
  const chips = names.map((name) =>
    h("span", { class: `chip ${name}` }, `${GLYPHS[name] ?? "·"} ${name}`)
  );
  return h(
    "span",
    { class: "chips" },
    ...spaced(
      ...chips,
      !desired && h("span", { class: "chip" }, "not desired"),
      crashes > 0 &&
        h("span", { class: "chip" }, crashes === 1 ? "1 crash" : `${number(crashes)} crashes`),
    ),
  );
}
