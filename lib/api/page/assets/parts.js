/**
 * What the sections of the page have in common. Pure.
 *
 * @module
 */
// @ts-check

import { h } from "./dom.js";
import { number, short } from "./format.js";

/**
 * @typedef {import("./dom.js").Child} Child
 * @typedef {import("./types.js").Page} Page
 */

/** What stands for a state where there is no room for its name. */
export const GLYPHS = /** @type {Record<string, string>} */ (Object.freeze({
  running: "●",
  starting: "◐",
  missing: "○",
  crashed: "✕",
  evacuating: "◌",
}));

/** @param {string} text @returns {Child} */
export function kind(text) {
  const [what = "", outcome = ""] = text.split("_");
  return h("span", { class: `kind ${what}` }, outcome === "" ? what : `${what} ${outcome}`);
}

/** @param {string} guid @returns {Child} */
export function appLink(guid) {
  return h(
    "a",
    { class: "app", href: `#app=${encodeURIComponent(guid)}`, title: guid },
    short(guid, 40),
  );
}

/** @param {string} text @param {number} max @returns {Child} */
export function code(text, max) {
  return h("code", { title: text }, short(text, max));
}

/**
 * @param {string[]} heads
 * @param {{ rows: Child[][], name: string }} options `name` is its class
 * @returns {Child}
 */
export function table(heads, { rows, name }) {
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      { class: name },
      h("thead", {}, h("tr", {}, ...heads.map((head) => h("th", { scope: "col" }, head)))),
      h(
        "tbody",
        {},
        ...rows.map((cells) => h("tr", {}, ...cells.map((cell) => h("td", {}, cell)))),
      ),
    ),
  );
}

/**
 * @param {Page} page @param {{ what: string, turn: (page: number) => void }} options
 * @returns {Child}
 */
export function pager({ page, per_page: perPage, total }, { what, turn }) {
  const last = Math.max(1, Math.ceil(total / perPage));
  if (last === 1) return false;
  return h(
    "nav",
    { class: "pager", "aria-label": `Pages of ${what}` },
    turner("Previous", page > 1 ? () => turn(page - 1) : undefined),
    h("span", {}, `${number(page)} of ${number(last)}`),
    turner("Next", page < last ? () => turn(page + 1) : undefined),
  );
}

/**
 * A button that keeps its focus when there is nowhere left to go.
 *
 * @param {string} label @param {(() => void) | undefined} onclick
 */
function turner(label, onclick) {
  return h(
    "button",
    { type: "button", "aria-disabled": String(onclick === undefined), onclick },
    label,
  );
}

/**
 * Children with a space between them, for those who read or copy the text alone.
 *
 * @param {...Child} children
 * @returns {Child[]}
 */
export function spaced(...children) {
  const shown = children.filter((child) => child !== false && child !== undefined);
  return shown.flatMap((child, at) => at === 0 ? [child] : [" ", child]);
}
